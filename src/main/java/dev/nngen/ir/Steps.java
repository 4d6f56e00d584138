package dev.nngen.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Evaluates a recurrence step by step: each of its nodes without the axis of the steps, over slices of its operands. The cost is that of evaluating
 * each node once.
 */
final class Steps {

  /** A node's operand in one step: the entries of a node, with some axes fixed at an index relative to the step. */
  private record Operand(int node, Map<Integer, Long> fixed) {}

  /** A node in one step. The operands of {@code node} are indices into the lists. */
  private record Slice(Node node, List<Operand> operands, List<Node> shapes) {}

  private final Graph graph;
  private final Recurrence recurrence;
  private final Map<Integer, Integer> axes = new HashMap<>();
  private final Map<Integer, Slice> slices = new LinkedHashMap<>();
  private final List<Integer> order = new ArrayList<>();
  /** The operands of a node in the same step. */
  private final Map<Integer, List<Integer>> before = new HashMap<>();
  private boolean backward;
  private boolean forward;
  private boolean failed;

  private Steps(Graph graph, Recurrence recurrence) {
    this.graph = graph;
    this.recurrence = recurrence;
    recurrence.definitions().keySet().forEach(id -> axes.put(id, ((Node.Leaf) graph.node(id)).steps()));
    recurrence.nodes().forEach(this::follow);
    recurrence.nodes().stream().filter(id -> !order.contains(id)).forEach(id -> visit(id, new HashSet<>()));
  }

  /** Returns the steps of a recurrence, empty if a step reads more than single other steps. */
  static Optional<Steps> of(Graph graph, Recurrence recurrence) {
    Steps steps = new Steps(graph, recurrence);
    return steps.failed || steps.backward == steps.forward ? Optional.empty() : Optional.of(steps);
  }

  private boolean isOwn(int node) {
    return axes.containsKey(node);
  }

  /** Finds the axis of the steps, and the node's form in one step. */
  private void follow(int id) {
    Node node = graph.node(id);
    int axis = -1;
    for (View operand : node.operands()) {
      if (isOwn(operand.node())) {
        int found = Recurrence.read(graph, node, operand, axes.get(operand.node())).axis();
        failed |= found < 0 || axis >= 0 && axis != found;
        axis = found;
      }
    }
    if (failed) {
      return;
    }
    axes.put(id, axis);
    // The distance from the step of each loop that is fixed in a step.
    Map<Integer, Long> fixed = new TreeMap<>(Map.of(axis, 0L));
    if (Resolution.isNeeded(node, graph::node)) {
      for (Map.Entry<Integer, Resolution.Solved> solved : Resolution.of((Node.Product) node, graph::node).solved().entrySet()) {
        Recurrence.Read read = Recurrence.read(solved.getValue());
        if (read.axis() == axis) {
          fixed.put(solved.getKey(), read.distance());
        }
      }
    }
    slice(id, node, fixed);
  }

  private void slice(int id, Node node, Map<Integer, Long> fixed) {
    List<Integer> left = new ArrayList<>();
    List<Extent> loops = new ArrayList<>();
    for (int loop = 0; loop < node.loops().size(); loop++) {
      if (!fixed.containsKey(loop)) {
        left.add(loop);
        loops.add(node.loops().get(loop));
      }
    }
    List<Operand> operands = new ArrayList<>();
    List<Node> shapes = new ArrayList<>();
    List<View> views = new ArrayList<>();
    List<Integer> same = new ArrayList<>();
    for (View view : node.operands()) {
      Node read = graph.node(view.node());
      Map<Integer, Long> at = new TreeMap<>();
      List<Integer> wired = new ArrayList<>();
      List<Extent> shape = new ArrayList<>();
      for (int k = 0; k < view.axes().size(); k++) {
        int loop = view.axes().get(k);
        if (fixed.containsKey(loop)) {
          at.put(k, fixed.get(loop));
        } else {
          wired.add(left.indexOf(loop));
          shape.add(read.shape().get(k));
        }
      }
      views.add(new View(operands.size(), wired));
      operands.add(new Operand(view.node(), at));
      // The evaluator would read operands of other nodes, which are not in the lists.
      shapes.add(at.isEmpty() && read instanceof Node.Leaf ? read : new Node.Leaf("slice", Node.Role.INPUT, shape));
      if (isOwn(view.node())) {
        note(at.get(axes.get(view.node())), view.node(), same);
      }
    }
    before.put(id, same);
    int rank = (int) left.stream().filter(loop -> loop < node.rank()).count();
    Node sliced = node instanceof Node.Product ? new Node.Product(loops, rank, views) : node.withOperands(views).withLoops(loops, rank);
    slices.put(id, new Slice(sliced, operands, shapes));
  }

  private void note(long distance, int read, List<Integer> same) {
    forward |= distance < 0;
    backward |= distance > 0;
    if (distance == 0) {
      same.add(recurrence.definitions().containsKey(read) ? recurrence.definitions().get(read).node() : read);
    }
  }

  /** Orders the nodes of one step, operands first. */
  private void visit(int id, Set<Integer> open) {
    failed |= !open.add(id);
    if (!failed) {
      before.get(id).stream().filter(other -> !order.contains(other)).forEach(other -> visit(other, open));
      order.add(id);
    }
  }

  /**
   * Computes the values of all nodes and leaves of the recurrence.
   *
   * @param values the entries of the values that the recurrence reads; receives those that it computes
   */
  void run(ToIntFunction<Extent> sizes, IntFunction<double[]> values, BiConsumer<Integer, double[]> results, BiConsumer<Node, double[]> rounding) {
    axes.keySet().forEach(id -> results.accept(id, new double[graph.node(id).shape().stream().mapToInt(sizes).reduce(1, (a, b) -> a * b)]));
    int count = sizes.applyAsInt(recurrence.steps(graph));
    for (int step = 0; step < count; step++) {
      int at = backward ? count - 1 - step : step;
      for (int id : order) {
        Slice slice = slices.get(id);
        List<double[]> operands = slice.operands().stream().map(operand -> read(operand, at, sizes, values)).toList();
        double[] entries = new Evaluator(sizes, slice.shapes()::get, operands::get).evaluate(slice.node());
        rounding.accept(slice.node(), entries);
        write(values.apply(id), graph.node(id).shape().stream().mapToInt(sizes).toArray(), axes.get(id), at, entries);
        recurrence.definitions().forEach((leaf, value) -> {
          if (value.node() == id) {
            carry(values.apply(leaf), leaf, value, at, entries, sizes);
          }
        });
      }
    }
  }

  /** Returns the entries with some axes fixed, row-major; zeros if a fixed index is out of range. */
  private double[] read(Operand operand, int step, ToIntFunction<Extent> sizes, IntFunction<double[]> values) {
    double[] all = values.apply(operand.node());
    if (operand.fixed().isEmpty()) {
      return all;
    }
    int[] shape = graph.node(operand.node()).shape().stream().mapToInt(sizes).toArray();
    int[] index = new int[shape.length];
    int length = 1;
    boolean inside = true;
    for (int axis = 0; axis < shape.length; axis++) {
      Long distance = operand.fixed().get(axis);
      length *= distance == null ? shape[axis] : 1;
      index[axis] = distance == null ? 0 : (int) (step + distance);
      inside &= distance == null || index[axis] >= 0 && index[axis] < shape[axis];
    }
    double[] entries = new double[length];
    for (int k = 0; inside && k < length; k++) {
      entries[k] = all[offset(index, shape)];
      advance(index, shape, operand.fixed().keySet());
    }
    return entries;
  }

  private static void write(double[] all, int[] shape, int axis, int step, double[] entries) {
    int[] index = new int[shape.length];
    index[axis] = step;
    for (double entry : entries) {
      all[offset(index, shape)] = entry;
      advance(index, shape, Set.of(axis));
    }
  }

  /** Writes the value of a definition in a step to its carried leaf, whose axes are in the order of the value's axes. */
  private void carry(double[] all, int leaf, Graph.Value value, int step, double[] entries, ToIntFunction<Extent> sizes) {
    int[] shape = graph.node(value.node()).shape().stream().mapToInt(sizes).toArray();
    int[] leafShape = graph.node(leaf).shape().stream().mapToInt(sizes).toArray();
    int[] index = new int[shape.length];
    index[axes.get(value.node())] = step;
    for (double entry : entries) {
      int[] at = value.axes().stream().mapToInt(axis -> index[axis]).toArray();
      all[offset(at, leafShape)] = entry;
      advance(index, shape, Set.of(axes.get(value.node())));
    }
  }

  private static int offset(int[] index, int[] shape) {
    int offset = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      offset = offset * shape[axis] + index[axis];
    }
    return offset;
  }

  private static void advance(int[] index, int[] shape, Set<Integer> fixed) {
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (!fixed.contains(axis)) {
        if (++index[axis] < shape[axis]) {
          return;
        }
        index[axis] = 0;
      }
    }
  }
}
