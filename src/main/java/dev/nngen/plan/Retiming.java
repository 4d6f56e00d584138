package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Recurrence;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Cuts recurrences at reads of other steps, as in Leiserson and Saxe, Retiming synchronous circuitry (1991): in the result, each value of a step
 * precedes its uses in the same step, regardless of the order in the model. Outside of a recurrence its values are like any others.
 */
final class Retiming {

  /**
   * The values that one step of a recurrence computes.
   *
   * @param axes the axis of each node that the steps run along, operands first
   * @param backward whether a step reads values of the next step
   */
  record Steps(Map<Integer, Integer> axes, Extent extent, boolean backward) {}

  /**
   * A value that other steps read.
   *
   * @param leaf its name in those reads
   * @param axes the node's axis for each axis of the leaf
   */
  record Carried(String leaf, int node, List<Integer> axes) {}

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final int[] moved;
  private final Map<Integer, Recurrence> recurrenceOf = new HashMap<>();
  /** The axis of the steps for each node and leaf of a recurrence. */
  private final Map<Integer, Integer> axes = new HashMap<>();
  private final Map<Integer, String> leaves = new LinkedHashMap<>();
  private final Map<Recurrence, Boolean> backward = new HashMap<>();

  private Retiming(Graph source) {
    this.source = source;
    this.moved = new int[source.size()];
  }

  static Preparation.Result run(Preparation.Result prepared) {
    Graph graph = prepared.graph();
    List<Recurrence> recurrences = Recurrence.of(graph);
    return recurrences.isEmpty() ? prepared : new Retiming(graph).run(prepared, recurrences);
  }

  private Preparation.Result run(Preparation.Result prepared, List<Recurrence> recurrences) {
    recurrences.forEach(this::follow);
    boolean[] needed = source.reachable(prepared.roots().stream().map(root -> root.value().node()).toList());
    List<Integer> order = order(needed);
    order.forEach(id -> moved[id] = move(id));
    source.names().forEach((name, value) -> {
      if (needed[value.node()]) {
        target.name(name, value.at(moved[value.node()]));
      }
    });
    List<Steps> steps = new ArrayList<>();
    for (Recurrence recurrence : recurrences) {
      Map<Integer, Integer> own = new LinkedHashMap<>();
      Set<Integer> nodes = Set.copyOf(recurrence.nodes());
      order.stream().filter(nodes::contains).forEach(id -> own.put(moved[id], axes.get(id)));
      if (!own.isEmpty()) {
        steps.add(new Steps(own, recurrence.steps(source), backward.getOrDefault(recurrence, false)));
      }
    }
    List<Carried> carried = new ArrayList<>();
    leaves.forEach((id, name) -> {
      Graph.Value value = source.definition(source.node(id)).orElseGet(() -> new Graph.Value(id, List.of(), IntStream.range(0, source.node(id).rank()).boxed().toList()));
      target.name(name, value.at(moved[value.node()]));
      carried.add(new Carried(name, moved[value.node()], value.axes()));
    });
    Map<Integer, Integer> origins = new LinkedHashMap<>();
    prepared.moved().forEach((old, id) -> origins.put(old, moved[id]));
    return new Preparation.Result(target.build(), prepared.roots().stream().map(root -> root.at(moved[root.value().node()])).toList(), origins, steps, carried);
  }

  /** Finds the axis of each node that the steps run along. */
  private void follow(Recurrence recurrence) {
    recurrence.definitions().keySet().forEach(id -> {
      recurrenceOf.put(id, recurrence);
      axes.put(id, ((Node.Leaf) source.node(id)).steps());
    });
    for (int id : recurrence.nodes()) {
      Node node = source.node(id);
      recurrenceOf.put(id, recurrence);
      for (View operand : node.operands()) {
        if (recurrence.equals(recurrenceOf.get(operand.node()))) {
          int axis = Recurrence.read(source, node, operand, axes.get(operand.node())).axis();
          if (axis < 0 || axes.containsKey(id) && axes.get(id) != axis) {
            throw new IllegalStateException("a step of a recurrence looks at several others: " + node);
          }
          axes.put(id, axis);
        }
      }
      distance(id).filter(distance -> distance != 0).ifPresent(distance -> {
        if (backward.getOrDefault(recurrence, distance > 0) != distance > 0) {
          throw new IllegalStateException("a recurrence goes both ways: " + node);
        }
        backward.put(recurrence, distance > 0);
      });
    }
  }

  /** Returns the distance to the step that a node of a recurrence reads; empty if it reads none through a window. */
  private Optional<Long> distance(int id) {
    return source.node(id) instanceof Node.Window window && recurrenceOf.containsKey(id) && recurrenceOf.get(id).equals(recurrenceOf.get(window.source()))
        ? Optional.of(Recurrence.read(source, window, window.operands().get(0), axes.get(window.source())).distance()) : Optional.empty();
  }

  private boolean isCut(int id) {
    return distance(id).filter(distance -> distance != 0).isPresent();
  }

  /** Returns the nodes that must precede: for a carried leaf its definition, and none for reads of other steps. */
  private List<Integer> before(int id) {
    List<Integer> before = new ArrayList<>();
    Node node = source.node(id);
    for (View operand : node.operands()) {
      boolean cut = isCut(id) && operand.node() == ((Node.Window) node).source();
      if (!cut) {
        before.add(resolved(operand.node()));
      }
    }
    return before;
  }

  private int resolved(int id) {
    return source.definition(source.node(id)).map(Graph.Value::node).orElse(id);
  }

  /** Returns all needed nodes except carried leaves, operands first. */
  private List<Integer> order(boolean[] needed) {
    List<Integer> order = new ArrayList<>();
    boolean[] done = new boolean[source.size()];
    for (int root = 0; root < source.size(); root++) {
      if (needed[root] && source.definition(source.node(root)).isEmpty()) {
        visit(root, done, order);
      }
    }
    return order;
  }

  private void visit(int root, boolean[] done, List<Integer> order) {
    Deque<int[]> stack = new ArrayDeque<>();
    stack.push(new int[] {root, 0});
    while (!stack.isEmpty()) {
      int[] top = stack.peek();
      List<Integer> before = done[top[0]] ? List.of() : before(top[0]);
      if (done[top[0]]) {
        stack.pop();
      } else if (top[1] < before.size()) {
        stack.push(new int[] {before.get(top[1]++), 0});
      } else {
        done[top[0]] = true;
        order.add(top[0]);
      }
    }
  }

  private int move(int id) {
    Node node = source.node(id);
    if (isCut(id)) {
      Node.Window window = (Node.Window) node;
      int leaf = target.add(leaf(window.source()));
      return target.add(new Node.Window(window.shape(), leaf, window.positions(), window.numbers().stream().map(this::view).toList()));
    }
    if (node instanceof Node.Window window && source.definition(source.node(window.source())).isPresent()) {
      Graph.Value value = source.definition(source.node(window.source())).get();
      List<Node.Window.Position> positions = new ArrayList<>(window.positions());
      for (int k = 0; k < positions.size(); k++) {
        positions.set(value.axes().get(k), window.positions().get(k));
      }
      return target.add(new Node.Window(window.shape(), moved[value.node()], positions, window.numbers().stream().map(this::view).toList()));
    }
    return target.add(node.withOperands(node.operands().stream().map(this::view).toList()));
  }

  /** Returns the leaf by which other steps read a node. */
  private Node.Leaf leaf(int id) {
    if (source.node(id) instanceof Node.Leaf leaf && leaf.isCarried()) {
      leaves.put(id, leaf.name());
      return leaf;
    }
    String name = leaves.computeIfAbsent(id, node -> "value " + node + " of other steps");
    return Node.Leaf.carried(name, source.node(id).shape(), axes.get(id));
  }

  /** Returns an operand; a carried leaf becomes its definition in the same step. */
  private View view(View operand) {
    View defined = source.inSameStep(operand);
    return new View(moved[defined.node()], defined.axes());
  }
}
