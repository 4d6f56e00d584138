package dev.nngen.codegen;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node.Leaf;
import dev.nngen.ir.Node.Max;
import dev.nngen.ir.Node.Role;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Models written as graphs, without the stages before: differentiated, but not simplified. */
final class HandBuilt {

  private static final Extent IN = Extent.of(3);
  private static final Extent HIDDEN = Extent.of(5);
  private static final Extent OUT = Extent.of(4);
  private static final Extent M = Extent.BATCH;

  private final Graph.Builder graph = new Graph.Builder();
  private final Algebra algebra = new Algebra(graph);
  private final boolean rows;
  private final boolean single;

  private HandBuilt(boolean rows, boolean single) {
    this.rows = rows;
    this.single = single;
  }

  /** {@code P = softmax(W2 * tanh(W1 * X + b1) + b2); J = -sum(Y .* log(P)) / m}, trained by Adam. */
  static Program<? extends Phase.Differentiated> classifier(boolean rows, boolean single) {
    return new HandBuilt(rows, single).classifier();
  }

  private Program<? extends Phase.Differentiated> classifier() {
    View x = leaf("X", Role.INPUT, IN, M);
    View y = leaf("Y", Role.TARGET, OUT, M);
    View w1 = leaf("W1", Role.PARAMETER, HIDDEN, IN);
    View b1 = leaf("b1", Role.PARAMETER, HIDDEN);
    View w2 = leaf("W2", Role.PARAMETER, OUT, HIDDEN);
    View b2 = leaf("b2", Role.PARAMETER, OUT);
    View z1 = affine("Z1", w1, x, b1, HIDDEN, IN);
    View a1 = named("A1", algebra.apply(Fn.TANH, List.of(HIDDEN, M), z1));
    View z2 = affine("Z2", w2, a1, b2, OUT, HIDDEN);
    List<Extent> shape = List.of(OUT, M);
    View top = new View(graph.add(new Max(List.of(M, OUT), 1, new View(z2.node(), List.of(1, 0)))), List.of(1));
    View e = named("E", algebra.apply(Fn.EXP, shape, algebra.view(algebra.linear(shape, Rational.ZERO,
        new Term(Rational.ONE, z2), new Term(Rational.MINUS_ONE, top)))));
    View total = new View(algebra.contraction(List.of(M, OUT), 1, new View(e.node(), List.of(1, 0))), List.of(1));
    View p = named("P", algebra.product(shape, e, new View(algebra.power(List.of(M), new View(total.node(), List.of(0)),
        Rational.MINUS_ONE), List.of(1))));
    View log = algebra.view(algebra.apply(Fn.LOG, shape, p));
    View m = new View(graph.add(new Leaf("m", Role.EXTENT, List.of())), List.of());
    View mean = algebra.view(algebra.power(List.of(), m, Rational.MINUS_ONE));
    int j = algebra.scaled(Rational.MINUS_ONE, algebra.contraction(shape, 0, y, log, mean));
    graph.name("J", new Graph.Value(j, Graph.Value.NONE, Graph.Value.NONE));
    return finish();
  }

  private Program<? extends Phase.Differentiated> finish() {
    List<Program.Parameter> parameters = List.of(parameter("W1", 5, 3, new Program.Initial.Uniform(0, 0.5)),
        parameter("b1", 5, 1, new Program.Initial.Constant(0)), parameter("W2", 4, 5, new Program.Initial.Normal(0, 0.5)),
        parameter("b2", 4, 1, new Program.Initial.Constant(0)));
    return Autodiff.differentiate(new Program<>("Classifier", single, rows, graph.build(), Facts.NONE, Optional.of("J"), Optional.of("P"),
        List.of("X"), List.of("Y"), parameters, Optional.of(adam(graph, parameters)), List.of()));
  }

  private Program.Parameter parameter(String name, int units, int inputs, Program.Initial initial) {
    return new Program.Parameter(name, rows ? inputs : units, rows ? units : inputs, initial);
  }

  /** Adam with the customary constants, for each parameter. */
  static Program.Update adam(Graph.Builder graph, List<Program.Parameter> parameters) {
    Graph.Builder builder = new Graph.Builder();
    Algebra update = new Algebra(builder);
    View t = new View(builder.add(new Leaf("t", Role.STEP, List.of())), List.of());
    List<Program.State> states = new ArrayList<>();
    for (Program.Parameter parameter : parameters) {
      Graph.Value value = graph.names().get(parameter.name());
      List<Extent> shape = graph.node(value.node()).shape();
      String name = parameter.name();
      View w = state(builder, name, Role.PARAMETER, value, shape);
      View g = state(builder, "dJ/d" + name, Role.GRADIENT, value, shape);
      View mo = state(builder, name + ".mo", Role.STATE, value, shape);
      View s = state(builder, name + ".s", Role.STATE, value, shape);
      states.add(new Program.State(name + ".mo", name, 0));
      states.add(new Program.State(name + ".s", name, 0));
      View nextMo = update.view(update.linear(shape, Rational.ZERO, term("0.9", mo), term("0.1", g)));
      View square = update.view(update.power(shape, g, Rational.TWO));
      View nextS = update.view(update.linear(shape, Rational.ZERO, term("0.999", s), term("0.001", square)));
      View first = correction(update, "0.9", t);
      View second = correction(update, "0.999", t);
      View root = update.view(update.power(shape, update.view(update.product(shape, nextS, second)), Rational.HALF));
      View below = update.view(update.linear(shape, Rational.parse("1e-8"), new Term(Rational.ONE, root)));
      View step = update.view(update.product(shape, nextMo, first, update.view(update.power(shape, below, Rational.MINUS_ONE))));
      int next = update.linear(shape, Rational.ZERO, new Term(Rational.ONE, w), term("-0.001", step));
      name(builder, "next " + name, next, value);
      name(builder, "next " + name + ".mo", nextMo.node(), value);
      name(builder, "next " + name + ".s", nextS.node(), value);
    }
    return new Program.Update("J", parameters.stream().map(Program.Parameter::name).toList(), builder.build(), states, List.of("mo = 0.9 * mo + 0.1 * g", "s = 0.999 * s + 0.001 * g^2",
        "w = w - 0.001 * (mo / (1 - 0.9^t)) / (sqrt(s / (1 - 0.999^t)) + 1e-8)"));
  }

  private static View state(Graph.Builder builder, String name, Role role, Graph.Value like, List<Extent> shape) {
    int node = builder.add(new Leaf(name, role, shape));
    name(builder, name, node, like);
    return View.identity(node, shape.size());
  }

  private static void name(Graph.Builder builder, String name, int node, Graph.Value like) {
    builder.name(name, like.at(node));
  }

  private static Term term(String coefficient, View view) {
    return new Term(Rational.parse(coefficient), view);
  }

  private static View correction(Algebra update, String beta, View t) {
    View power = update.view(update.apply(Fn.POW, List.of(), update.numberView(Rational.parse(beta)), t));
    return update.view(update.power(List.of(), update.view(update.linear(List.of(), Rational.ONE, new Term(Rational.MINUS_ONE, power))),
        Rational.MINUS_ONE));
  }

  private View affine(String name, View weights, View input, View bias, Extent units, Extent inputs) {
    int product = algebra.contraction(List.of(units, M, inputs), 2, new View(weights.node(), List.of(0, 2)),
        new View(input.node(), List.of(2, 1)));
    return named(name, algebra.linear(List.of(units, M), Rational.ZERO, new Term(Rational.ONE, algebra.view(product)),
        new Term(Rational.ONE, bias)));
  }

  private View leaf(String name, Role role, Extent... shape) {
    return named(name, graph.add(new Leaf(name, role, List.of(shape))));
  }

  /** Features are axis 0 everywhere; in a model of rows they are shown as columns. */
  private View named(String name, int node) {
    int rank = graph.node(node).rank();
    Graph.Value value = new Graph.Value(node, 0, rank == 2 ? 1 : Graph.Value.NONE);
    graph.name(name, rows ? value.transposed() : value);
    return algebra.view(node);
  }
}
