package dev.nngen.ir;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Values that are made of one another's entries before or behind: they are computed together, one step after the other.
 *
 * @param definitions the carried leaves, and the named value that each is
 * @param nodes that depend on a leaf and that a definition needs, operands first
 */
public record Recurrence(Map<Integer, Graph.Value> definitions, List<Integer> nodes) {

  /** How many steps there are: the extent of the axis along which values are carried. */
  public Extent steps(Graph graph) {
    Node.Leaf leaf = (Node.Leaf) graph.node(definitions.keySet().iterator().next());
    return leaf.shape().get(leaf.steps());
  }

  /** All recurrences of a graph. */
  public static List<Recurrence> of(Graph graph) {
    List<Integer> leaves = IntStream.range(0, graph.size()).filter(id -> graph.definition(graph.node(id)).isPresent()).boxed().toList();
    List<BitSet> dependents = leaves.stream().map(leaf -> dependents(graph, leaf)).toList();
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

  private static BitSet dependents(Graph graph, int leaf) {
    BitSet dependents = new BitSet();
    dependents.set(leaf);
    for (int id = leaf + 1; id < graph.size(); id++) {
      dependents.set(id, graph.node(id).operands().stream().anyMatch(operand -> dependents.get(operand.node())));
    }
    return dependents;
  }

  /** For each leaf, the leaves whose definitions depend on it, directly or through others. */
  private static List<BitSet> reached(Graph graph, List<Integer> leaves, List<BitSet> dependents) {
    List<BitSet> reached = new ArrayList<>();
    for (int k = 0; k < leaves.size(); k++) {
      BitSet own = new BitSet();
      for (int other = 0; other < leaves.size(); other++) {
        own.set(other, dependents.get(k).get(graph.definition(graph.node(leaves.get(other))).orElseThrow().node()));
      }
      reached.add(own);
    }
    for (int through = 0; through < leaves.size(); through++) {
      for (BitSet own : reached) {
        if (own.get(through)) {
          own.or(reached.get(through));
        }
      }
    }
    return reached;
  }

  private static Recurrence of(Graph graph, List<Integer> leaves, List<BitSet> dependents) {
    Map<Integer, Graph.Value> definitions = new LinkedHashMap<>();
    leaves.forEach(leaf -> definitions.put(leaf, graph.definition(graph.node(leaf)).orElseThrow()));
    BitSet needed = new BitSet();
    definitions.values().forEach(value -> needed.set(value.node()));
    for (int id = graph.size() - 1; id >= 0; id--) {
      if (needed.get(id)) {
        graph.node(id).operands().forEach(operand -> needed.set(operand.node()));
      }
    }
    BitSet varying = new BitSet();
    dependents.forEach(varying::or);
    varying.and(needed);
    leaves.forEach(varying::clear);
    return new Recurrence(definitions, varying.stream().boxed().toList());
  }
}
