package dev.nngen.formula;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node.Leaf;
import dev.nngen.ir.Node.Role;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.List;
import java.util.Optional;

/**
 * The network of the lecture notes as a graph: {@code Z1 = W1 * X + b1; A1 = tanh(Z1); Yh = W2 * A1 + b2;
 * E = Yh - Y; J = sum(E.^2) / (2*m)}, in either orientation.
 */
public final class TwoLayers {

  private static final Extent INPUTS = Extent.of(3);
  private static final Extent HIDDEN = Extent.of(4);
  private static final Extent OUTPUTS = Extent.of(2);

  private final Graph.Builder graph = new Graph.Builder();
  private final Algebra algebra = new Algebra(graph);
  private final boolean rows;

  private TwoLayers(boolean rows) {
    this.rows = rows;
  }

  /** The graph with gradients for all values; samples in columns, or in rows with weights inputs x outputs. */
  static Graph differentiated(boolean rows) {
    return Autodiff.differentiate(lowered(rows)).graph();
  }

  /** The model before differentiation. */
  public static Program<Phase.Lowered> lowered(boolean rows) {
    return new TwoLayers(rows).build();
  }

  private Program<Phase.Lowered> build() {
    View x = leaf("X", Role.INPUT, INPUTS, Extent.BATCH);
    View y = leaf("Y", Role.TARGET, OUTPUTS, Extent.BATCH);
    View w1 = leaf("W1", Role.PARAMETER, HIDDEN, INPUTS);
    View b1 = leaf("b1", Role.PARAMETER, HIDDEN);
    View w2 = leaf("W2", Role.PARAMETER, OUTPUTS, HIDDEN);
    View b2 = leaf("b2", Role.PARAMETER, OUTPUTS);
    View z1 = affine("Z1", w1, x, b1, HIDDEN, INPUTS);
    View a1 = named("A1", algebra.apply(Fn.TANH, List.of(HIDDEN, Extent.BATCH), z1));
    View yh = affine("Yh", w2, a1, b2, OUTPUTS, HIDDEN);
    View e = named("E", algebra.linear(List.of(OUTPUTS, Extent.BATCH), Rational.ZERO,
        new Term(Rational.MINUS_ONE, y), new Term(Rational.ONE, yh)));
    View m = new View(graph.add(new Leaf("m", Role.EXTENT, List.of())), List.of());
    View perSample = new View(algebra.power(List.of(), m, Rational.MINUS_ONE), List.of());
    View square = algebra.view(algebra.power(List.of(OUTPUTS, Extent.BATCH), e, Rational.TWO));
    int loss = algebra.scaled(Rational.HALF, algebra.contraction(List.of(OUTPUTS, Extent.BATCH), 0, square, perSample));
    graph.name("J", new Graph.Value(loss, Graph.Value.NONE, Graph.Value.NONE));
    List<Program.Parameter> parameters = List.of(parameter("W1"), parameter("b1"), parameter("W2"), parameter("b2"));
    return new Program<>("TwoLayers", false, rows, graph.build(), Facts.NONE, Optional.of("J"), Optional.of("Yh"),
        List.of("X"), List.of("Y"), parameters, Optional.empty(), List.of());
  }

  private static Program.Parameter parameter(String name) {
    return new Program.Parameter(name, 1, 1, new Program.Initial.Constant(0));
  }

  private View affine(String name, View weights, View inputs, View bias, Extent units, Extent features) {
    int product = algebra.contraction(List.of(units, Extent.BATCH, features), 2,
        new View(weights.node(), List.of(0, 2)), new View(inputs.node(), List.of(2, 1)));
    return named(name, algebra.sum(List.of(units, Extent.BATCH), List.of(new View(bias.node(), List.of(0)), algebra.view(product))));
  }

  private View leaf(String name, Role role, Extent... shape) {
    return named(name, graph.add(new Leaf(name, role, List.of(shape))));
  }

  private View named(String name, int node) {
    int rank = graph.node(node).rank();
    Graph.Value value = new Graph.Value(node, 0, rank == 2 ? 1 : Graph.Value.NONE);
    graph.name(name, rows ? value.transposed() : value);
    return algebra.view(node);
  }
}
