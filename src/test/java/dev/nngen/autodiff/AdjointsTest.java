package dev.nngen.autodiff;

import static dev.nngen.autodiff.GraphProgram.THREE;
import static dev.nngen.autodiff.GraphProgram.TWO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The vector-Jacobian product of each primitive in every kind of wiring, and the partials of each entrywise function. */
class AdjointsTest {

  private static final List<Extent> SHAPE = List.of(TWO, THREE);
  private static final Map<String, ToIntFunction<GraphProgram>> PRIMITIVES = primitives();

  /** Positive, no two alike, none a tie of another parameter's. */
  private static View x(GraphProgram p) {
    return p.parameter("x", SHAPE, 0.5, 1.25, 2.75, 1.75, 0.375, 2.25);
  }

  private static View y(GraphProgram p) {
    return p.parameter("y", SHAPE, 1.5, 0.25, 2.5, 0.625, 3.25, 1.125);
  }

  private static View row(GraphProgram p) {
    return new View(p.parameter("r", List.of(THREE), 0.875, 1.375, 1.625).node(), List.of(1));
  }

  private static View scalar(GraphProgram p) {
    return p.parameter("s", List.of(), 0.8125);
  }

  private static View turned(View view) {
    return new View(view.node(), List.of(1, 0));
  }

  private static Map<String, ToIntFunction<GraphProgram>> primitives() {
    Map<String, ToIntFunction<GraphProgram>> cases = new LinkedHashMap<>();
    cases.put("a leaf", p -> x(p).node());
    cases.put("a sum", p -> p.algebra.sum(SHAPE, List.of(x(p), y(p))));
    cases.put("a sum with coefficients and a constant", p -> p.algebra.linear(SHAPE, Rational.TWO,
        new Node.Term(Rational.of(-3), x(p)), new Node.Term(Rational.HALF, row(p)), new Node.Term(Rational.ONE, scalar(p))));
    cases.put("a sum of one value twice", p -> {
      View x = x(p);
      return p.algebra.linear(List.of(THREE, TWO), Rational.ZERO, new Node.Term(Rational.of(3), turned(x)),
          new Node.Term(Rational.ONE, turned(x)));
    });
    cases.put("a transposition", p -> p.algebra.sum(List.of(THREE, TWO), List.of(turned(x(p)))));
    cases.put("a broadcast", p -> p.algebra.sum(SHAPE, List.of(row(p))));
    cases.put("an entrywise product", p -> p.algebra.product(SHAPE, x(p), y(p), row(p), scalar(p)));
    cases.put("a square as a product", p -> {
      View x = x(p);
      return p.algebra.product(SHAPE, x, x);
    });
    cases.put("a matrix product", p -> p.algebra.contraction(List.of(TWO, TWO, THREE), 2,
        new View(x(p).node(), List.of(0, 2)), new View(y(p).node(), List.of(1, 2))));
    cases.put("a product with itself", p -> {
      View x = x(p);
      return p.algebra.contraction(List.of(TWO, TWO, THREE), 2, new View(x.node(), List.of(0, 2)), new View(x.node(), List.of(1, 2)));
    });
    cases.put("an outer product", p -> p.algebra.product(List.of(THREE, TWO, THREE), new View(row(p).node(), List.of(0)),
        new View(x(p).node(), List.of(1, 2))));
    cases.put("a row sum", p -> p.algebra.contraction(SHAPE, 1, x(p)));
    cases.put("a column sum", p -> p.algebra.contraction(List.of(THREE, TWO), 1, turned(x(p))));
    cases.put("a sum of all", p -> p.algebra.contraction(SHAPE, 0, x(p)));
    cases.put("a summed axis without a factor", p -> p.algebra.contraction(List.of(TWO, THREE, TWO), 2, x(p)));
    cases.put("a value used by two others", p -> {
      int square = p.algebra.power(SHAPE, x(p), Rational.TWO);
      int sine = p.algebra.apply(Fn.SIN, SHAPE, p.algebra.view(square));
      return p.algebra.product(SHAPE, p.algebra.view(square), p.algebra.view(sine));
    });
    for (Rational exponent : List.of(Rational.MINUS_ONE, Rational.HALF, Rational.TWO, Rational.of(3), Rational.of(-5, 4))) {
      cases.put("the power " + exponent, p -> p.algebra.power(SHAPE, x(p), exponent));
      cases.put("the power " + exponent + " of a broadcast", p -> p.algebra.power(SHAPE, row(p), exponent));
    }
    cases.put("a row's maximum", p -> p.graph.add(new Node.Max(SHAPE, 1, x(p))));
    cases.put("a column's maximum", p -> p.graph.add(new Node.Max(List.of(THREE, TWO), 1, turned(x(p)))));
    cases.put("the maximum of all", p -> p.graph.add(new Node.Max(SHAPE, 0, x(p))));
    cases.put("a maximum beside an axis it does not know", p -> p.graph.add(new Node.Max(List.of(TWO, THREE), 1,
        new View(p.parameter("r", List.of(THREE), 0.875, 1.375, 1.625).node(), List.of(1)))));
    return cases;
  }

  static Stream<String> primitiveNames() {
    return PRIMITIVES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("primitiveNames")
  void primitive(String name) {
    GraphProgram program = new GraphProgram();
    program.minimize(PRIMITIVES.get(name).applyAsInt(program)).assertGradientsAreSlopes();
  }

  /** Each function of whole matrices, with its first argument transposed and with others broadcast. */
  @ParameterizedTest
  @EnumSource(value = Fn.class, names = "STOP", mode = EnumSource.Mode.EXCLUDE)
  void function(Fn fn) {
    applied(fn, List.of(AdjointsTest::x, AdjointsTest::y, AdjointsTest::row)).assertGradientsAreSlopes();
    applied(fn, List.of(AdjointsTest::y, AdjointsTest::row, AdjointsTest::scalar)).assertGradientsAreSlopes();
    applied(fn, List.of(AdjointsTest::scalar, AdjointsTest::x, AdjointsTest::y)).assertGradientsAreSlopes();
  }

  private static GraphProgram applied(Fn fn, List<java.util.function.Function<GraphProgram, View>> arguments) {
    GraphProgram program = new GraphProgram();
    View[] views = IntStream.range(0, fn.arity()).mapToObj(k -> fn == Fn.POLYGAMMA && k == 0 ? program.algebra.numberView(Rational.TWO)
        : within(program, arguments.get(k).apply(program), fn.domain(k))).toArray(View[]::new);
    View x = views.length == 0 ? x(program) : views[0];
    int applied = program.algebra.apply(fn, SHAPE, views);
    return program.minimize(program.algebra.product(SHAPE, program.algebra.view(applied), x));
  }

  /** The entries, which are positive and below 4, moved into an interval. */
  private static View within(GraphProgram program, View view, Interval domain) {
    boolean isSmall = domain.high() == 1;
    boolean isLarge = domain.low() == 1;
    List<Extent> shape = program.graph.node(view.node()).shape();
    return !isSmall && !isLarge ? view : new View(program.algebra.linear(shape, isLarge ? Rational.ONE : Rational.ZERO,
        new Node.Term(isSmall ? Rational.of(1, 4) : Rational.ONE, View.identity(view.node(), shape.size()))), view.axes());
  }

  @Test
  void noGradientFlowsThroughStop() {
    GraphProgram program = new GraphProgram();
    View x = x(program);
    int stopped = program.algebra.apply(Fn.STOP, SHAPE, x);
    program.minimize(program.algebra.product(SHAPE, x, program.algebra.view(stopped)));
    double[] slopes = {0.5 * 0.75, 1.25 * 0.375, 2.75 * 0.25, 1.75 * 0.375, 0.375 * 0.75, 2.25 * 1.375};
    assertArrayEquals(slopes, program.value("dJ/dx"), 1e-15);
  }

  /** The library's documented behavior at nondifferentiable points. */
  @Test
  void tiesTakeTheSlopeOfTheFirst() {
    for (Fn fn : List.of(Fn.MAXIMUM, Fn.MINIMUM)) {
      GraphProgram program = new GraphProgram();
      View a = program.parameter("a", List.of(), 2);
      View b = program.parameter("b", List.of(), 2);
      program.minimize(program.algebra.apply(fn, List.of(), a, b));
      assertArrayEquals(new double[] {0.75}, program.value("dJ/da"));
      assertArrayEquals(new double[] {0}, program.value("dJ/db"));
    }
  }

  @Test
  void equallyLargeEntriesShareTheAdjoint() {
    GraphProgram program = new GraphProgram();
    View a = program.parameter("a", SHAPE, 3, 1, 3, 2, 2, 2);
    program.minimize(program.graph.add(new Node.Max(SHAPE, 1, a)));
    double third = 0.375 / 3;
    assertArrayEquals(new double[] {0.375, 0, 0.375, third, third, third}, program.value("dJ/da"), 1e-15);
  }

  @Test
  void aChoiceByAnyNumber() {
    for (double condition : new double[] {-4, 0}) {
      GraphProgram program = new GraphProgram();
      View c = program.parameter("c", List.of(), condition);
      View a = program.parameter("a", List.of(), 2);
      View b = program.parameter("b", List.of(), 3);
      program.minimize(program.algebra.apply(Fn.WHERE, List.of(), c, a, b));
      assertArrayEquals(new double[] {0}, program.value("dJ/dc"));
      assertArrayEquals(new double[] {condition == 0 ? 0 : 0.75}, program.value("dJ/da"));
      assertArrayEquals(new double[] {condition == 0 ? 0.75 : 0}, program.value("dJ/db"));
    }
  }

  @Test
  void entriesBesideADiagonalHaveNoGradient() {
    GraphProgram program = new GraphProgram();
    View a = program.parameter("a", List.of(THREE, THREE), new double[9]);
    program.minimize(program.algebra.sum(List.of(THREE), List.of(new View(a.node(), List.of(0, 0)))));
    assertArrayEquals(new double[] {0.75, 0, 0, 0, 0.375, 0, 0, 0, 0.25}, program.value("dJ/da"));
  }

  @Test
  void everyFunctionIsTriedWhereItHasASlope() {
    for (Fn fn : Fn.values()) {
      int zeros = (int) Arrays.stream(applied(fn, List.of(AdjointsTest::x, AdjointsTest::y, AdjointsTest::row)).value("J"))
          .filter(value -> !Double.isFinite(value)).count();
      assertArrayEquals(new int[] {0}, new int[] {zeros}, fn.name());
    }
  }
}
