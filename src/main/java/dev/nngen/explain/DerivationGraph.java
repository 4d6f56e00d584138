package dev.nngen.explain;

import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntFunction;

/**
 * One graph for all lines of a derivation: the differentiated graph before simplification, to which simplified values are copied. Copies end at named
 * values, so that both have the same named values.
 */
final class DerivationGraph {

  private final Graph base;
  private final Graph.Builder builder;
  private final Algebra algebra;
  private Graph nodes;
  private final Map<String, Graph.Value> locals = new LinkedHashMap<>();

  DerivationGraph(Graph base) {
    this.base = base;
    this.builder = new Graph.Builder(base);
    this.algebra = new Algebra(builder);
  }

  Algebra algebra() {
    return algebra;
  }

  Graph.Builder builder() {
    return builder;
  }

  /** Returns the graph with the values copied so far. */
  Graph graph() {
    return builder.build();
  }

  /** Returns the same graph, perhaps without names that were given since it was read before. */
  Graph nodes() {
    if (nodes == null || nodes.size() != builder.size()) {
      nodes = builder.build();
    }
    return nodes;
  }

  /** Returns partial derivatives of single steps by names such as {@code dA1/dZ1}, which symbolic lines use. */
  Map<String, Graph.Value> locals() {
    return locals;
  }

  /** Returns the nodes among {@code stops} that a formula for the node has. */
  Set<Integer> mentioned(int node, Set<Integer> stops) {
    return mentioned(node, stops::contains);
  }

  /** Returns such values for stops given by a condition. */
  Set<Integer> mentioned(int node, IntPredicate stops) {
    Set<Integer> seen = new LinkedHashSet<>();
    Set<Integer> found = new LinkedHashSet<>();
    if (stops.test(node)) {
      found.add(node);
    }
    Deque<Integer> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (View operand : builder.node(open.pop()).operands()) {
        if (stops.test(operand.node())) {
          found.add(operand.node());
        } else if (seen.add(operand.node())) {
          open.push(operand.node());
        }
      }
    }
    return found;
  }

  /** Returns the node and its transitive operands, without the operands of {@code stops}. */
  Set<Integer> within(int node, Set<Integer> stops) {
    Set<Integer> found = new LinkedHashSet<>(Set.of(node));
    Deque<Integer> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (View operand : builder.node(open.pop()).operands()) {
        if (!stops.contains(operand.node()) && found.add(operand.node())) {
          open.push(operand.node());
        }
      }
    }
    return found;
  }

  /** Returns a value as a view over the axes of another value of the same shape. */
  View like(Graph.Value value, Graph.Value other) {
    return like(builder::node, value, other);
  }

  static View like(IntFunction<Node> graph, Graph.Value value, Graph.Value other) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < graph.apply(value.node()).rank(); axis++) {
      axes.add(value.counterpart(axis, other));
    }
    return new View(value.node(), axes);
  }

  /**
   * Substitutes views for transitive operands of a value.
   *
   * @param by the replacement of each node, over the node's axes
   * @param stops nodes that are not expanded
   */
  Graph.Value substituted(Graph.Value value, Map<Integer, View> by, Set<Integer> stops) {
    Node node = builder.node(value.node());
    int copy = builder.add(node.withOperands(node.operands().stream().map(operand -> substituted(operand, by, stops)).toList()));
    return value.at(copy);
  }

  private View substituted(View view, Map<Integer, View> by, Set<Integer> stops) {
    View other = by.get(view.node());
    if (other != null) {
      return other.rewire(view.axes());
    }
    if (stops.contains(view.node())) {
      return view;
    }
    int copy = substituted(new Graph.Value(view.node(), Graph.Value.NONE, Graph.Value.NONE), by, stops).node();
    return new View(copy, view.axes());
  }

  /** Copies values of another graph that has the same named values. */
  final class Copier {

    private final Graph source;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, View> known = new HashMap<>();

    Copier(Graph source) {
      this.source = source;
      ValueNaming.chosen(source).forEach((node, name) -> {
        if (base.names().containsKey(name)) {
          names.put(node, name);
        }
      });
    }

    /** Copies the definition of a named value. The result has the layout of the value in the source. */
    Graph.Value define(String name) {
      Graph.Value value = source.named(name);
      View view = name.equals(names.get(value.node())) ? expand(value.node()) : copy(value.node());
      return value.at(algebra.materialize(source.node(value.node()).shape(), view));
    }

    /** Copies a node, as a view over the axes of the source's node. */
    private View copy(int id) {
      View view = known.get(id);
      if (view == null) {
        String name = names.get(id);
        view = name == null ? expand(id) : named(source.named(name), base.named(name), source.node(id).rank());
        known.put(id, view);
      }
      return view;
    }

    private View named(Graph.Value from, Graph.Value to, int rank) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        axes.add(to.counterpart(axis, from));
      }
      return new View(to.node(), axes);
    }

    private View expand(int id) {
      Node node = source.node(id);
      List<View> operands = node.operands().stream().map(operand -> copy(operand.node()).rewire(operand.axes())).toList();
      return View.identity(builder.add(node.withOperands(operands)), node.rank());
    }
  }
}
