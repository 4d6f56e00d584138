package dev.nngen.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Precise;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A graph written node by node with a loss {@code J}, its leaves' entries, and what must hold of its gradients. Differences are
 * taken over 1e-40 in numbers of 120 digits, so that they are exact to 25 digits.
 */
final class GraphProgram {

  static final Extent TWO = Extent.of(2);
  static final Extent THREE = Extent.of(3);

  private static final BigDecimal STEP = new BigDecimal("1e-40");
  private static final BigDecimal SAME = new BigDecimal("1e-25");

  final Graph.Builder graph = new Graph.Builder();
  final Algebra algebra = new Algebra(graph);
  private final Map<String, double[]> leaves = new LinkedHashMap<>();
  private final List<Program.Parameter> parameters = new ArrayList<>();

  View parameter(String name, List<Extent> shape, double... entries) {
    parameters.add(new Program.Parameter(name, 1, entries.length, new Program.Initial.Constant(0)));
    return leaf(name, Node.Role.PARAMETER, shape, entries);
  }

  View input(String name, List<Extent> shape, double... entries) {
    return leaf(name, Node.Role.INPUT, shape, entries);
  }

  private View leaf(String name, Node.Role role, List<Extent> shape, double[] entries) {
    leaves.put(name, entries);
    return named(name, graph.add(new Node.Leaf(name, role, shape)));
  }

  View named(String name, int node) {
    int rank = graph.node(node).rank();
    graph.name(name, new Graph.Value(node, rank > 0 ? 0 : Graph.Value.NONE, rank > 1 ? 1 : Graph.Value.NONE));
    return algebra.view(node);
  }

  /** The loss is the sum of the node's entries, each with a weight of its own, so that no two adjoints are alike. */
  GraphProgram minimize(int node) {
    List<Extent> shape = graph.node(node).shape();
    int size = shape.stream().mapToInt(extent -> ((Extent.Fixed) extent).size()).reduce(1, (a, b) -> a * b);
    double[] weights = new double[size];
    for (int k = 0; k < size; k++) {
      weights[k] = 0.75 - 0.5 * k + 0.125 * k * k;
    }
    View weight = input("weights", shape, weights);
    named("J", algebra.contraction(shape, 0, algebra.view(node), weight));
    return this;
  }

  Program<Phase.Lowered> lowered(Facts facts) {
    return new Program<>("T", false, false, graph.build(), facts, graph.names().containsKey("J") ? Optional.of("J") : Optional.empty(),
        Optional.of("J"), List.of(), List.of(), parameters, Optional.empty(), List.of());
  }

  Program<Phase.Differentiated> differentiated() {
    return Autodiff.differentiate(lowered(Facts.NONE));
  }

  /** The value of a name in the differentiated graph. */
  double[] value(String name) {
    return java.util.Arrays.stream(exact(differentiated().graph(), name, PreciseInterpreter.exact(leaves)))
        .mapToDouble(BigDecimal::doubleValue).toArray();
  }

  private static BigDecimal[] exact(Graph graph, String name, Map<String, BigDecimal[]> leaves) {
    return new PreciseInterpreter(leaves, graph, Map.of(), Precise.STANDARD).value(name);
  }

  /** Every parameter's gradient has the parameter's shape, and is what the loss grows by along each entry. */
  void assertGradientsAreSlopes() {
    Graph result = differentiated().graph();
    for (Program.Parameter parameter : parameters) {
      String name = parameter.name();
      String gradient = ValueName.gradient("J", name).text();
      assertEquals(result.node(result.named(name).node()).shape(), result.node(result.named(gradient).node()).shape(), gradient);
      BigDecimal[] entries = exact(result, gradient, PreciseInterpreter.exact(leaves));
      for (int k = 0; k < entries.length; k++) {
        BigDecimal slope = loss(name, k, STEP).subtract(loss(name, k, STEP.negate())).divide(STEP.add(STEP), Precise.STANDARD.digits());
        boolean same = entries[k].subtract(slope).abs().compareTo(SAME.multiply(slope.abs().max(BigDecimal.ONE))) <= 0;
        assertTrue(same, gradient + "[" + k + "] is " + entries[k].doubleValue() + ", the slope " + slope.doubleValue());
      }
    }
  }

  private BigDecimal loss(String moved, int entry, BigDecimal step) {
    Map<String, BigDecimal[]> there = PreciseInterpreter.exact(leaves);
    there.get(moved)[entry] = there.get(moved)[entry].add(step);
    return exact(graph.build(), "J", there)[0];
  }
}
