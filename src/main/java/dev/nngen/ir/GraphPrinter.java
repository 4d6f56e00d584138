package dev.nngen.ir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints a graph, one node per line, for debugging and for tests that compare whole graphs. The text depends on the graph alone.
 *
 * <pre>
 * %3 [16, m] = product over [30] %0[0, 2] %1[2, 1]
 * %4 [16, m] = sum 1 * %3 + 1 * %2[0]             // Z1
 * </pre>
 */
public final class GraphPrinter implements Node.Visitor<String> {

  private GraphPrinter() {}

  /** Prints all nodes in order, then the names. */
  public static String print(Graph graph) {
    boolean[] all = new boolean[graph.size()];
    java.util.Arrays.fill(all, true);
    return print(graph, all);
  }

  /** Prints the nodes on which the given ones depend. */
  public static String print(Graph graph, Iterable<Integer> roots) {
    return print(graph, graph.reachable(roots));
  }

  private static String print(Graph graph, boolean[] wanted) {
    Map<Integer, List<String>> names = new LinkedHashMap<>();
    graph.names().forEach((name, value) ->
        names.computeIfAbsent(value.node(), node -> new ArrayList<>()).add(name + layout(value)));
    StringBuilder text = new StringBuilder();
    for (int id = 0; id < graph.size(); id++) {
      if (wanted[id]) {
        text.append(line(id, graph.node(id)));
        text.append(names.containsKey(id) ? "   // " + String.join(", ", names.get(id)) : "").append('\n');
      }
    }
    return text.toString();
  }

  /** Prints one node. */
  public static String line(int id, Node node) {
    return "%" + id + " " + node.shape() + " = " + node.accept(new GraphPrinter());
  }

  private static String layout(Graph.Value value) {
    return value.row() > value.column() && value.column() != Graph.Value.NONE || value.row() == Graph.Value.NONE
        && value.column() != Graph.Value.NONE ? "'" : "";
  }

  /** Prints a view, without its axes if they are the axes of the consumer's shape in order. */
  private static String view(View view, int rank) {
    return view.isIdentity(rank) ? "%" + view.node() : view.toString();
  }

  private static String views(List<View> views, int rank, String separator) {
    return views.stream().map(view -> view(view, rank)).collect(Collectors.joining(separator));
  }

  private static String over(List<Extent> loops, int rank) {
    return loops.size() > rank ? " over " + loops.subList(rank, loops.size()) : "";
  }

  @Override
  public String leaf(Node.Leaf leaf) {
    return leaf.role().name().toLowerCase(java.util.Locale.ROOT) + " " + leaf.name();
  }

  @Override
  public String sum(Node.Sum sum) {
    List<String> terms = new ArrayList<>();
    if (!sum.constant().isZero() || sum.isNumber()) {
      terms.add(sum.constant().toString());
    }
    sum.terms().forEach(term -> terms.add(term.coefficient() + " * " + view(term.view(), sum.rank())));
    return sum.isNumber() ? terms.get(0) : "sum " + String.join(" + ", terms);
  }

  @Override
  public String product(Node.Product product) {
    return "product" + over(product.loops(), product.rank()) + " " + views(product.factors(), product.rank(), " ");
  }

  @Override
  public String power(Node.Power power) {
    return view(power.base(), power.rank()) + " ^ " + power.exponent();
  }

  @Override
  public String apply(Node.Apply apply) {
    return apply.fn().name().toLowerCase(java.util.Locale.ROOT) + "(" + views(apply.arguments(), apply.rank(), ", ") + ")";
  }

  @Override
  public String max(Node.Max max) {
    return "max" + over(max.loops(), max.rank()) + " " + view(max.argument(), max.rank());
  }

  @Override
  public String derivative(Node.Derivative derivative) {
    return "derivative of " + view(derivative.scalar(), 0) + " by " + view(derivative.variable(), derivative.rank());
  }
}
