package dev.nngen.explain;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.EqualityCheck;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Proves the step between two lines in a separate graph, in which named values are leaves with known bounds. So the proof shows which facts and
 * definitions the step needs.
 */
final class StepProof {

  private final Graph graph;
  private final IntPredicate closed;
  private final Map<Integer, View> instead;
  private final EntryBounds ranges;
  private final Graph.Builder builder = new Graph.Builder();
  private final Map<Integer, Integer> copies = new HashMap<>();
  private final Map<Integer, Interval> bounds = new LinkedHashMap<>();
  private final Set<Integer> replaced = new HashSet<>();

  /**
   * @param closed true for nodes that become leaves
   * @param instead replacements of other nodes, over the node's axes; the remaining nodes keep their definitions
   * @param ranges bounds of the leaves
   */
  StepProof(Graph graph, IntPredicate closed, Map<Integer, View> instead, EntryBounds ranges) {
    this.graph = graph;
    this.closed = closed;
    this.instead = instead;
    this.ranges = ranges;
  }

  /** True if the two are proved equal by the declared facts alone. */
  boolean isProved(Graph.Value left, Graph.Value right, Facts declared) {
    // Facts are added first, so that they hold when their nodes are read.
    Map<Integer, Integer> equalities = new LinkedHashMap<>();
    declared.equalities().forEach((node, value) -> equalities.put(copy(node), copy(value)));
    Graph.Value one = expanded(left);
    Graph.Value other = expanded(right);
    declared.ranges().forEach((node, range) -> {
      if (copies.containsKey(node)) {
        bounds.merge(copies.get(node), range, Interval::and);
      }
    });
    return new EqualityCheck(builder.build(), new Facts(bounds, equalities)).holds(one, other);
  }

  /** True if the node is proved zero everywhere. */
  boolean isZero(int node) {
    int copy = expand(node);
    return new EqualityCheck(builder.build(), new Facts(bounds, Map.of())).isZero(copy);
  }

  private Graph.Value expanded(Graph.Value value) {
    return value.at(expand(value.node()));
  }

  private int copy(int id) {
    Integer copy = copies.get(id);
    if (copy == null) {
      copy = closed.test(id) || graph.node(id) instanceof Node.Leaf ? leaf(id) : expand(id);
      copies.put(id, copy);
    }
    return copy;
  }

  private int leaf(int id) {
    Node node = graph.node(id);
    boolean isConstant = node instanceof Node.Leaf leaf && (leaf.isConstant() || leaf.role() == Node.Role.EXTENT);
    int leaf = builder.add(isConstant ? node : new Node.Leaf("value " + id, Node.Role.INPUT, node.shape()));
    if (!ranges.of(id).equals(Interval.REALS)) {
      bounds.put(leaf, ranges.of(id));
    }
    return leaf;
  }

  private int expand(int id) {
    Node node = graph.node(id);
    return builder.add(node.withOperands(node.operands().stream().map(this::operand).toList()));
  }

  /**
   * The replacement of a node may contain that node: 2 Z is the gradient of sum(Z^2) and the derivative of Z^2. Inside it the node keeps its
   * definition. A carried value is a leaf in all steps other than the expanded one.
   */
  private View operand(View given) {
    View view = graph.inSameStep(given);
    if (!view.equals(given) && !closed.test(view.node())) {
      return new View(leaf(view.node()), view.axes());
    }
    View other = closed.test(view.node()) ? null : instead.get(view.node());
    if (other == null || !replaced.add(view.node())) {
      return new View(copy(view.node()), view.axes());
    }
    View copied = new View(copy(other.node()), other.rewire(view.axes()).axes());
    replaced.remove(view.node());
    return copied;
  }
}
