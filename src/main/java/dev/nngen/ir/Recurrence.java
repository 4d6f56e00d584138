package dev.nngen.ir;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values that depend on each other's previous or next entries. They are computed together, step by step.
 *
 * @param definitions the carried leaves, and the named value of each
 * @param nodes nodes that depend on a leaf and on which a definition depends, operands first
 */
public record Recurrence(Map<Integer, Graph.Value> definitions, List<Integer> nodes) {

  /** The number of steps: the extent of the axis along which values are carried. */
  public Extent steps(Graph graph) {
    Node.Leaf leaf = (Node.Leaf) graph.node(definitions.keySet().iterator().next());
    return leaf.shape().get(leaf.steps());
  }

  /**
   * The step of an operand that a step of its consumer reads.
   *
   * @param axis of the consumer's loops along which its steps run; -1 if it reads more than one step of the operand
   * @param distance the operand's step minus the consumer's
   */
  public record Read(int axis, long distance) {}

  /**
   * Returns the step at which a node reads an operand whose steps run along an axis.
   *
   * @param steps the operand's axis
   */
  public static Read read(Graph graph, Node node, View operand, int steps) {
    if (node instanceof Node.Window window && window.source() == operand.node()) {
      return window.positions().get(steps) instanceof Node.Window.At at ? read(at.number()) : new Read(-1, 0);
    }
    int loop = operand.axes().get(steps);
    Resolution.Solved solved = Resolution.isNeeded(node, graph::node) ? Resolution.of((Node.Product) node, graph::node).solved().get(loop) : null;
    Read read = solved == null ? new Read(loop, 0) : read(solved);
    return read.axis() < node.rank() ? read : new Read(-1, 0);
  }

  /** Returns the read at a number of the form {@code step + distance}. */
  static Read read(Resolution.Solved number) {
    List<Relation.Term> terms = number.value().terms();
    boolean near = number.divisor() == 1 && number.value().constant().isNumber() && number.modulus() == 0 && terms.size() == 1 && terms.get(0).coefficient() == 1;
    return near ? new Read(terms.get(0).axis(), number.value().constant().number()) : new Read(-1, 0);
  }

  /** Returns all recurrences of a graph. */
  public static List<Recurrence> of(Graph graph) {
    List<Integer> leaves = graph.carried();
    List<boolean[]> dependents = leaves.stream().map(leaf -> graph.dependentsInStep(id -> id == leaf)).toList();
    List<BitSet> reached = reached(graph, leaves, dependents);
    List<Recurrence> recurrences = new ArrayList<>();
    BitSet done = new BitSet();
    for (int k = 0; k < leaves.size(); k++) {
      if (!done.get(k)) {
        BitSet group = new BitSet();
        for (int other = 0; other < leaves.size(); other++) {
          group.set(other, other == k || reached.get(k).get(other) && reached.get(other).get(k));
        }
        done.or(group);
        recurrences.add(of(graph, group.stream().mapToObj(leaves::get).toList(), group.stream().mapToObj(dependents::get).toList()));
      }
    }
    return recurrences;
  }

  /** Returns for each leaf the leaves whose definitions depend on it, directly or through others. */
  private static List<BitSet> reached(Graph graph, List<Integer> leaves, List<boolean[]> dependents) {
    List<BitSet> reached = new ArrayList<>();
    for (int k = 0; k < leaves.size(); k++) {
      BitSet own = new BitSet();
      for (int other = 0; other < leaves.size(); other++) {
        own.set(other, dependents.get(k)[graph.definition(graph.node(leaves.get(other))).orElseThrow().node()]);
      }
      reached.add(own);
    }
    for (int middle = 0; middle < leaves.size(); middle++) {
      for (BitSet own : reached) {
        if (own.get(middle)) {
          own.or(reached.get(middle));
        }
      }
    }
    return reached;
  }

  private static Recurrence of(Graph graph, List<Integer> leaves, List<boolean[]> dependents) {
    Map<Integer, Graph.Value> definitions = new LinkedHashMap<>();
    leaves.forEach(leaf -> definitions.put(leaf, graph.definition(graph.node(leaf)).orElseThrow()));
    BitSet needed = new BitSet();
    definitions.values().forEach(value -> needed.set(value.node()));
    for (int id = graph.size() - 1; id >= 0; id--) {
      if (needed.get(id)) {
        graph.node(id).operands().forEach(operand -> needed.set(operand.node()));
      }
    }
    leaves.forEach(needed::clear);
    return new Recurrence(definitions, needed.stream().filter(id -> dependents.stream().anyMatch(depends -> depends[id])).boxed().toList());
  }
}
