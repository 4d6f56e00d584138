package dev.nngen.explain;

import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which named values a named value is made of. */
final class Uses {

  private final Graph graph;
  private final boolean differentiable;
  private final Map<Integer, String> names;
  private final Map<Integer, Set<String>> known = new LinkedHashMap<>();

  Uses(Graph graph) {
    this(graph, false);
  }

  private Uses(Graph graph, boolean differentiable) {
    this.graph = graph;
    this.differentiable = differentiable;
    this.names = ValueNaming.chosen(graph);
  }

  /** The uses through which a gradient flows. */
  static Uses differentiable(Graph graph) {
    return new Uses(graph, true);
  }

  boolean knows(String name) {
    return graph.names().containsKey(name);
  }

  /** The named values in the definition of that name; a second name of a value is made of the first. */
  List<String> of(String name) {
    int node = graph.named(name).node();
    if (!name.equals(names.get(node))) {
      return List.copyOf(reached(node));
    }
    return in(node);
  }

  /** The named values that a node is made of, its own name aside. */
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
