package dev.nngen.explain;

import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The named operands of named values. */
final class NamedOperands {

  private final Graph graph;
  private final boolean differentiable;
  private final Map<Integer, String> names;
  private final Map<Integer, Set<String>> known = new LinkedHashMap<>();

  NamedOperands(Graph graph) {
    this(graph, false);
  }

  private NamedOperands(Graph graph, boolean differentiable) {
    this.graph = graph;
    this.differentiable = differentiable;
    this.names = ValueNaming.chosen(graph);
  }

  /** Returns the operands through which a gradient flows. */
  static NamedOperands differentiable(Graph graph) {
    return new NamedOperands(graph, true);
  }

  boolean knows(String name) {
    return graph.names().containsKey(name);
  }

  /** Returns the named values in the definition of that name. The operand of a second name of a value is the first name. */
  List<String> of(String name) {
    int node = graph.named(name).node();
    if (!name.equals(names.get(node))) {
      return List.copyOf(reached(node));
    }
    return in(node);
  }

  /** Returns the named operands of a node, without its own name. */
  List<String> in(int node) {
    Set<String> found = new LinkedHashSet<>();
    for (View operand : operands(node)) {
      found.addAll(reached(operand.node()));
    }
    return List.copyOf(found);
  }

  private List<View> operands(int node) {
    return differentiable && graph.node(node).isStop() ? List.of() : graph.node(node).operands();
  }

  private Set<String> reached(int node) {
    Set<String> found = known.get(node);
    if (found == null) {
      found = new LinkedHashSet<>();
      Integer definition = graph.definition(graph.node(node)).map(Graph.Value::node).orElse(node);
      if (names.containsKey(definition)) {
        found.add(names.get(definition));
      } else {
        for (View operand : operands(node)) {
          found.addAll(reached(operand.node()));
        }
      }
      known.put(node, found);
    }
    return found;
  }
}
