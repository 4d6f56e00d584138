package dev.nngen.explain;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Role;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Simplifier;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Computes the partial derivative dU/dV of a value with respect to an entrywise operand, in named values: the derivative of the sum of U's entries in
 * a model whose inputs are the named values in U's definition.
 */
final class LocalDerivatives {

  /** A value {@code of}, and a value {@code by} on which it depends entry by entry. */
  record Pair(String of, String by) {
    String name() {
      return ValueName.gradient(of, by).text();
    }
  }

  private final Graph forward;
  private final Map<Integer, String> names;
  private final Function<String, Interval> ranges;
  private final Graph.Builder builder = new Graph.Builder();
  private final Map<Integer, Integer> copies = new HashMap<>();
  private final Map<Integer, Interval> declared = new LinkedHashMap<>();

  private LocalDerivatives(Graph forward, Function<String, Interval> ranges) {
    this.forward = forward;
    this.names = ValueNaming.chosen(forward);
    this.ranges = ranges;
  }

  /**
   * Returns a graph with the pair's derivative under its name, and other named values as leaves.
   *
   * @param ranges bounds of a named value
   */
  static Graph of(Graph forward, Pair pair, Function<String, Interval> ranges) {
    return new LocalDerivatives(forward, ranges).derive(pair);
  }

  /**
   * Returns a graph with the vector-Jacobian product of a value and an operand, under the name of the pair's derivative.
   *
   * @param adjoint the name of the adjoint by which the value is multiplied
   */
  static Graph passedBack(Graph forward, Pair pair, String adjoint, Function<String, Interval> ranges) {
    return new LocalDerivatives(forward, ranges).derive(pair, adjoint);
  }

  private Graph derive(Pair pair, String adjoint) {
    Graph.Value of = forward.named(pair.of());
    Graph.Value by = forward.named(pair.by());
    int copy = expand(of.node());
    builder.name(pair.of(), of.at(copy));
    List<Extent> whole = forward.node(of.node()).shape();
    int weight = builder.add(new Node.Leaf(adjoint, Role.INPUT, whole));
    builder.name(adjoint, of.at(weight));
    int total = builder.add(new Node.Product(whole, 0, List.of(View.identity(weight, whole.size()), View.identity(copy, whole.size()))));
    List<Extent> shape = forward.node(by.node()).shape();
    builder.name(pair.name(), by.at(builder.add(new Node.Derivative(shape, new View(total, List.of()), View.identity(copy(by.node()), shape.size())))));
    return Autodiff.withinStep(program()).graph();
  }

  /** Returns the graph of {@link #of} before simplification. */
  static Graph unsimplified(Graph forward, Pair pair) {
    LocalDerivatives step = new LocalDerivatives(forward, name -> Interval.REALS);
    step.ask(pair);
    return Autodiff.withinStep(step.program()).graph();
  }

  private Graph derive(Pair pair) {
    ask(pair);
    Program<Phase.Differentiated> program = Autodiff.withinStep(program());
    if (isRational(program.graph(), program.graph().named(pair.name()).node())) {
      return program.graph();
    }
    Graph simplified = Simplifier.simplify(program.graph(), program.facts());
    return length(simplified, pair) <= length(program.graph(), pair) ? simplified : program.graph();
  }

  /** Adds the requested derivative to the graph. */
  private void ask(Pair pair) {
    Graph.Value of = forward.named(pair.of());
    Graph.Value by = forward.named(pair.by());
    int copy = expand(of.node());
    builder.name(pair.of(), of.at(copy));
    List<Extent> shape = forward.node(by.node()).shape();
    List<Extent> whole = forward.node(of.node()).shape();
    int total = builder.add(new Node.Product(whole, 0, List.of(View.identity(copy, whole.size()))));
    int derivative = builder.add(new Node.Derivative(shape, new View(total, List.of()),
        View.identity(copy(by.node()), shape.size())));
    builder.name(pair.name(), by.at(derivative));
  }

  private static int length(Graph graph, Pair pair) {
    FormulaLength size = new FormulaLength(graph::node);
    graph.names().forEach((name, value) -> {
      if (!name.equals(pair.name())) {
        size.named(value.node());
      }
    });
    return size.of(graph.named(pair.name()).node());
  }

  private Program<Phase.Lowered> program() {
    return program(builder.build(), new Facts(declared, Map.of()));
  }

  /** Returns a program of values without roles. */
  static Program<Phase.Lowered> program(Graph graph, Facts facts) {
    return new Program<>("step", false, false, graph, facts, Optional.empty(), Optional.empty(), List.of(),
        List.of(), List.of(), Optional.empty(), List.of());
  }

  private int copy(int node) {
    Integer copy = copies.get(node);
    if (copy == null) {
      copy = names.containsKey(node) ? leaf(node) : expand(node);
      copies.put(node, copy);
    }
    return copy;
  }

  private int leaf(int node) {
    Graph.Value value = forward.named(names.get(node));
    int leaf = builder.add(new Node.Leaf(names.get(node), Role.INPUT, forward.node(node).shape()));
    builder.name(names.get(node), value.at(leaf));
    Interval range = ranges.apply(names.get(node));
    if (!range.equals(Interval.REALS)) {
      declared.put(leaf, range);
    }
    return leaf;
  }

  private int expand(int id) {
    Node node = forward.node(id);
    return builder.add(node.withOperands(
        node.operands().stream().map(operand -> new View(copy(operand.node()), operand.axes())).toList()));
  }

  /** True if the value has sums, products and integer powers of named values only, and so needs no simplification. */
  private static boolean isRational(Graph graph, int id) {
    Node node = graph.node(id);
    String name = ValueNaming.chosen(graph).getOrDefault(id, "");
    boolean named = !name.isEmpty() && !ValueNaming.isGradient(name);
    if (named || node instanceof Node.Leaf) {
      return true;
    }
    boolean simple = node instanceof Node.Sum || node instanceof Node.Product
        || node instanceof Node.Power power && power.exponent().isInteger();
    return simple && node.operands().stream().allMatch(operand -> isRational(graph, operand.node()));
  }
}
