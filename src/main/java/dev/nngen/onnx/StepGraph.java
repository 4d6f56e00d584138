package dev.nngen.onnx;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Recurrence;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One step of a recurrence as a graph of its own. Its nodes have no axis of steps. Values of other steps, slices of outer values and values that are
 * equal in all steps are leaves.
 */
final class StepGraph {

  /** A value that a step computes, from a number of steps before: 1, 2, ... */
  record Earlier(int node, int steps) {}

  /** The part of a value with an axis of steps that a step uses. */
  sealed interface Slice {}

  /** An outer value; some axes are at the step's number plus the distance. */
  record Part(int node, Map<Integer, Long> distances) implements Slice {}

  /** A relation over the loops, of which the first is the step's number. */
  record Mask(Relation.Kind kind, Affine affine, List<Extent> loops) implements Slice {}

  private final Graph graph;
  private final Recurrence recurrence;
  private final Graph.Builder target = new Graph.Builder();
  /** The axis of steps of each node of the recurrence. */
  private final Map<Integer, Integer> axes = new HashMap<>();
  private final Map<Integer, Integer> moved = new LinkedHashMap<>();
  private final Set<Integer> open = new HashSet<>();
  private final Map<Object, Integer> leaves = new LinkedHashMap<>();
  private final Map<Earlier, Integer> states = new LinkedHashMap<>();
  private final Map<Slice, Integer> slices = new LinkedHashMap<>();
  private final Map<Integer, Integer> captured = new LinkedHashMap<>();
  private boolean forward;
  private boolean backward;

  private StepGraph(Graph graph, Recurrence recurrence) {
    this.graph = graph;
    this.recurrence = recurrence;
  }

  static StepGraph of(Graph graph, Recurrence recurrence) throws NotExportable {
    StepGraph step = new StepGraph(graph, recurrence);
    if (!step.build()) {
      String name = ((Node.Leaf) graph.node(recurrence.definitions().keySet().iterator().next())).name();
      throw new NotExportable("a step of the recurrence of " + name + " reads other steps than a fixed number before it, for which ONNX has no operator");
    }
    return step;
  }

  private boolean build() {
    recurrence.definitions().forEach((leaf, value) -> axes.put(value.node(), value.axes().get(((Node.Leaf) graph.node(leaf)).steps())));
    for (int id : recurrence.nodes()) {
      if (!follow(id)) {
        return false;
      }
    }
    for (int id : recurrence.nodes()) {
      if (!move(id)) {
        return false;
      }
    }
    return forward != backward;
  }

  /** Finds the axis of a node's steps, which is one of its loops; false if there is not exactly one. */
  private boolean follow(int id) {
    Node node = graph.node(id);
    Set<Integer> found = new HashSet<>();
    for (View operand : node.operands()) {
      View own = graph.inSameStep(operand);
      if (axes.containsKey(own.node())) {
        found.add(Recurrence.read(graph, node, own, axes.get(own.node())).axis());
      }
    }
    int axis = found.size() == 1 ? found.iterator().next() : -1;
    return axis >= 0 && axis == axes.computeIfAbsent(id, key -> axis);
  }

  /** Writes a node for one step. */
  private boolean move(int id) {
    if (moved.containsKey(id)) {
      return true;
    }
    if (!open.add(id)) {
      return false;
    }
    Node node = graph.node(id);
    int axis = axes.get(id);
    Map<Integer, Long> fixed = new TreeMap<>(Map.of(axis, 0L));
    Resolution resolution = Resolution.isNeeded(node, graph::node) ? Resolution.of((Node.Product) node, graph::node) : null;
    if (resolution != null) {
      resolution.solved().forEach((loop, solved) -> {
        if (solved.modulus() == 0 && solved.divisor() == 1 && solved.value().terms().equals(Affine.axis(axis).terms()) && solved.value().constant().isNumber()) {
          fixed.put(loop, solved.value().constant().number());
        }
      });
    }
    Sliced sliced = new Sliced(node, axis, fixed);
    for (View view : node.operands()) {
      boolean isRelation = resolution != null && graph.node(view.node()) instanceof Node.Leaf leaf && leaf.relation().isPresent();
      if (isRelation ? !sliced.relation(((Node.Leaf) graph.node(view.node())).relation().orElseThrow(), view) : !sliced.operand(view)) {
        return false;
      }
    }
    if (resolution != null) {
      sliced.guards(resolution);
    }
    moved.put(id, sliced.add());
    return true;
  }

  /** A node in one step. */
  private final class Sliced {
    private final Node node;
    private final int axis;
    private final Map<Integer, Long> fixed;
    private final List<Integer> left;
    private final List<Extent> loops;
    private final List<View> views = new ArrayList<>();

    Sliced(Node node, int axis, Map<Integer, Long> fixed) {
      this.node = node;
      this.axis = axis;
      this.fixed = fixed;
      this.left = IntStream.range(0, node.loops().size()).filter(loop -> !fixed.containsKey(loop)).boxed().toList();
      this.loops = left.stream().map(node.loops()::get).toList();
    }

    /** Adds the node to the step's graph. A product of a single value, which remains of a read at another step, becomes that value. */
    int add() {
      int rank = (int) left.stream().filter(loop -> loop < node.rank()).count();
      if (node instanceof Node.Product && views.size() == 1 && loops.size() == rank && views.get(0).isIdentity(rank)) {
        return views.get(0).node();
      }
      return target.add(node instanceof Node.Product ? new Node.Product(loops, rank, views) : node.withOperands(views).withLoops(loops, rank));
    }

    boolean operand(View view) {
      View own = graph.inSameStep(view);
      Map<Integer, Long> at = new TreeMap<>();
      IntStream.range(0, own.axes().size()).filter(k -> fixed.containsKey(own.axes().get(k))).forEach(k -> at.put(k, fixed.get(own.axes().get(k))));
      List<Integer> wiring = own.axes().stream().filter(loop -> !fixed.containsKey(loop)).map(left::indexOf).toList();
      if (!axes.containsKey(own.node())) {
        views.add(new View(at.isEmpty() ? capture(own.node()) : slice(new Part(own.node(), at), without(own.node(), at.keySet())), wiring));
        return true;
      }
      Long distance = at.remove(axes.get(own.node()));
      if (distance == null || distance == 0 && !move(own.node())) {
        return false;
      }
      views.add(picked(distance == 0 ? moved.get(own.node()) : earlier(own.node(), distance), own.node(), at, wiring));
      return true;
    }

    /**
     * Returns a value of the recurrence of which other axes are also at the step's number: the sum over these axes with an indicator of that number.
     */
    private View picked(int value, int source, Map<Integer, Long> at, List<Integer> wiring) {
      if (at.isEmpty()) {
        return new View(value, wiring);
      }
      List<Integer> kept = IntStream.range(0, graph.node(source).rank()).filter(k -> k != axes.get(source) && !at.containsKey(k)).boxed().toList();
      List<Integer> all = new ArrayList<>(kept);
      all.addAll(at.keySet());
      List<View> factors = new ArrayList<>();
      factors.add(new View(value, IntStream.range(0, graph.node(source).rank()).filter(k -> k != axes.get(source)).mapToObj(all::indexOf).toList()));
      at.forEach((k, distance) -> {
        List<Extent> points = List.of(node.loops().get(axis), graph.node(source).shape().get(k));
        Affine place = Affine.axis(1).minus(Affine.axis(0)).plus(Affine.constant(-distance));
        factors.add(new View(slice(new Mask(Relation.Kind.ZERO, place, points), points.subList(1, 2)), List.of(all.indexOf(k))));
      });
      return new View(target.add(new Node.Product(all.stream().map(graph.node(source).shape()::get).toList(), kept.size(), factors)), wiring);
    }

    /** Adds a relation unless it holds by itself once the axes that it determines are at the step. */
    boolean relation(Relation relation, View view) {
      Affine affine = relation.over(view.axes());
      for (Map.Entry<Integer, Long> entry : fixed.entrySet()) {
        affine = entry.getKey() == axis ? affine : affine.replace(entry.getKey(), Affine.axis(axis).plus(Affine.constant(entry.getValue())));
      }
      if (!affine.terms().isEmpty() || !affine.constant().isZero()) {
        condition(relation.kind(), affine);
      }
      return true;
    }

    private void condition(Relation.Kind kind, Affine affine) {
      List<Integer> axes = affine.terms().stream().map(Relation.Term::axis).filter(loop -> loop != axis).toList();
      Affine placed = affine.coefficient(axis) == 0 ? Affine.constant(affine.constant()) : Affine.axis(0).times(affine.coefficient(axis)).plus(Affine.constant(affine.constant()));
      List<Extent> points = new ArrayList<>(List.of(node.loops().get(axis)));
      for (int loop : axes) {
        placed = placed.plus(Affine.axis(points.size()).times(affine.coefficient(loop)));
        points.add(node.loops().get(loop));
      }
      List<Integer> wiring = axes.stream().map(left::indexOf).toList();
      if (affine.coefficient(axis) == 0) {
        View view = Relation.view(new Algebra(target), kind, placed, points);
        views.add(view.rewire(IntStream.range(0, points.size()).mapToObj(k -> k == 0 ? -1 : wiring.get(k - 1)).toList()));
      } else {
        views.add(new View(slice(new Mask(kind, placed, points), points.subList(1, points.size())), wiring));
      }
    }

    /** Adds conditions for axes that no factor reads: they count only while the step's number is within them. */
    void guards(Resolution resolution) {
      fixed.forEach((loop, distance) -> {
        if (loop != axis && !resolution.solved().get(loop).isInside() && resolution.factors().stream().noneMatch(factor -> factor.axes().contains(loop))) {
          Affine position = Affine.axis(axis).plus(Affine.constant(distance));
          condition(Relation.Kind.NOT_NEGATIVE, position);
          condition(Relation.Kind.NOT_NEGATIVE, Affine.constant(Offset.last(node.loops().get(loop))).minus(position));
        }
      });
    }
  }

  private List<Extent> without(int node, Set<Integer> axes) {
    List<Extent> shape = graph.node(node).shape();
    return IntStream.range(0, shape.size()).filter(k -> !axes.contains(k)).mapToObj(shape::get).toList();
  }

  private int leaf(Object key, List<Extent> shape) {
    return leaves.computeIfAbsent(key, any -> target.add(new Node.Leaf("step " + leaves.size(), Node.Role.INPUT, shape)));
  }

  /** Returns a complete outer value; numbers and the like belong to the step itself. */
  private int capture(int node) {
    Node outside = graph.node(node);
    if (outside.isConstantLeaf() || outside instanceof Node.Sum sum && sum.isNumber()) {
      return target.add(outside);
    }
    int leaf = leaf(node, outside.shape());
    captured.put(node, leaf);
    return leaf;
  }

  private int slice(Slice slice, List<Extent> shape) {
    int leaf = leaf(slice, shape);
    slices.put(slice, leaf);
    return leaf;
  }

  private int earlier(int node, long distance) {
    forward |= distance < 0;
    backward |= distance > 0;
    int steps = Math.toIntExact(Math.abs(distance));
    for (int k = 1; k <= steps; k++) {
      Earlier state = new Earlier(node, k);
      states.put(state, leaf(state, without(node, Set.of(axes.get(node)))));
    }
    return states.get(new Earlier(node, steps));
  }

  Graph graph() {
    return target.build();
  }

  /** Returns the nodes of the recurrence, with the node of each in a step. */
  Map<Integer, Integer> nodes() {
    return moved;
  }

  Map<Earlier, Integer> states() {
    return states;
  }

  Map<Slice, Integer> slices() {
    return slices;
  }

  /** Returns the outer values that are equal in all steps. */
  Map<Integer, Integer> captured() {
    return captured;
  }

  /** Returns the axis of a node's steps. */
  int axis(int node) {
    return axes.get(node);
  }

  boolean isBackward() {
    return backward;
  }

  Extent steps() {
    return recurrence.steps(graph);
  }
}
