package dev.nngen.autodiff;

import static dev.nngen.autodiff.GraphProgram.THREE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pass on whole graphs: the values that get an adjoint, derivatives inside derivatives, names and facts. */
class AutodiffTest {

  private static final List<Extent> SHAPE = List.of(THREE);

  private static int derivative(GraphProgram program, View scalar, View variable) {
    return program.graph.add(new Node.Derivative(program.graph.node(variable.node()).shape(), scalar, variable));
  }

  @Test
  void namedValuesBetweenAParameterAndTheLossGetAnAdjoint() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    View x = program.input("X", SHAPE, 4, 5, 6);
    View z = program.named("Z", program.algebra.product(SHAPE, w, x));
    program.named("S", program.algebra.apply(Fn.SIN, SHAPE, x));
    program.named("U", program.algebra.apply(Fn.SIN, SHAPE, z));
    program.named("prove 1 left", z.node());
    program.minimize(program.algebra.power(SHAPE, z, Rational.TWO));
    Graph graph = program.differentiated().graph();
    assertEquals(List.of("w", "X", "Z", "S", "U", "prove 1 left", "weights", "J", "dJ/dw", "dJ/dZ"), List.copyOf(graph.names().keySet()));
    assertArrayEquals(new double[] {2 * 4 * 0.75, 2 * 10 * 0.375, 2 * 18 * 0.25}, program.value("dJ/dZ"), 1e-12);
  }

  @Test
  void aParameterThatTheLossDoesNotKnowHasGradientZero() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    program.parameter("unused", SHAPE, 1, 2, 3);
    program.minimize(program.algebra.power(SHAPE, w, Rational.TWO));
    assertArrayEquals(new double[3], program.value("dJ/dunused"));
  }

  @Test
  void transposedNamesHaveTransposedGradients() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    program.graph.name("w", new Graph.Value(w.node(), Graph.Value.NONE, 0));
    program.minimize(program.algebra.power(SHAPE, w, Rational.TWO));
    Graph.Value gradient = program.differentiated().graph().named("dJ/dw");
    assertEquals(Graph.Value.NONE, gradient.row());
    assertEquals(0, gradient.column());
  }

  @Test
  void withoutALossOnlyDerivativesAreReplaced() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    int square = program.algebra.power(SHAPE, w, Rational.TWO);
    View scalar = program.algebra.view(program.algebra.contraction(SHAPE, 0, program.algebra.view(square)));
    program.named("G", derivative(program, scalar, w));
    assertArrayEquals(new double[] {2, 4, 6}, program.value("G"));
    assertFalse(program.differentiated().graph().names().containsKey("dJ/dw"));
  }

  /** J = sum (d sum w^3 / dw)^2 = sum 9 w^4. */
  @Test
  void derivativesInsideTheLossAreDifferentiatedAgain() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    int cube = program.algebra.power(SHAPE, w, Rational.of(3));
    View inner = program.algebra.view(program.algebra.contraction(SHAPE, 0, program.algebra.view(cube)));
    View gradient = program.algebra.view(derivative(program, inner, w));
    int square = program.algebra.power(SHAPE, gradient, Rational.TWO);
    program.named("J", program.algebra.contraction(SHAPE, 0, program.algebra.view(square)));
    assertArrayEquals(new double[] {36, 36 * 8, 36 * 27}, program.value("dJ/dw"), 1e-9);
  }

  @Test
  void oneScalarByTwoVariablesAndTwoScalarsByOne() {
    GraphProgram program = new GraphProgram();
    View a = program.parameter("a", SHAPE, 1, 2, 3);
    View b = program.parameter("b", SHAPE, 4, 5, 6);
    View first = program.algebra.view(program.algebra.contraction(SHAPE, 0, a, b));
    View second = program.algebra.view(program.algebra.contraction(SHAPE, 0, a));
    program.named("FA", derivative(program, first, a));
    program.named("FB", derivative(program, first, b));
    program.named("SA", derivative(program, second, a));
    program.named("SB", derivative(program, second, b));
    assertArrayEquals(new double[] {4, 5, 6}, program.value("FA"));
    assertArrayEquals(new double[] {1, 2, 3}, program.value("FB"));
    assertArrayEquals(new double[] {1, 1, 1}, program.value("SA"));
    assertArrayEquals(new double[] {0, 0, 0}, program.value("SB"));
  }

  /** A variable written after the scalar does not affect it. */
  @Test
  void aVariableBehindTheScalarHasDerivativeZero() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    View scalar = program.algebra.view(program.algebra.contraction(SHAPE, 0, w));
    View behind = program.algebra.view(program.algebra.apply(Fn.EXP, SHAPE, w));
    program.named("B", derivative(program, scalar, behind));
    program.named("W", derivative(program, scalar, w));
    assertArrayEquals(new double[] {0, 0, 0}, program.value("B"));
    assertArrayEquals(new double[] {1, 1, 1}, program.value("W"));
  }

  @Test
  void aScalarByItselfIsOne() {
    GraphProgram program = new GraphProgram();
    View s = program.parameter("s", List.of(), 5);
    View square = program.algebra.view(program.algebra.power(List.of(), s, Rational.TWO));
    program.named("G", derivative(program, square, square));
    assertArrayEquals(new double[] {1}, program.value("G"));
  }

  /** Values that no parameter needs are not differentiated: no dead nodes are left if only one factor is trained. */
  @Test
  void adjointsOfDataAreNotComputed() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    View x = program.input("X", SHAPE, 1, 2, 3);
    int sine = program.algebra.apply(Fn.SIN, SHAPE, x);
    program.named("J", program.algebra.contraction(SHAPE, 0, w, program.algebra.view(sine)));
    Graph graph = program.differentiated().graph();
    assertFalse(java.util.stream.IntStream.range(0, graph.size()).anyMatch(
        id -> graph.node(id) instanceof Node.Apply apply && apply.fn() == Fn.COS));
  }

  @Test
  void factsFollowTheirNodes() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    View s = program.algebra.view(program.algebra.contraction(SHAPE, 0, w));
    View gradient = program.algebra.view(derivative(program, s, w));
    View behind = program.named("B", program.algebra.apply(Fn.SIN, SHAPE, gradient));
    program.named("J", program.algebra.contraction(SHAPE, 0, behind, w));
    Facts facts = new Facts(Map.of(behind.node(), Interval.POSITIVE), Map.of(behind.node(), w.node()));
    Program<?> result = Autodiff.differentiate(program.lowered(facts));
    int moved = result.graph().named("B").node();
    assertEquals(Map.of(moved, Interval.POSITIVE), result.facts().ranges());
    assertEquals(Map.of(moved, result.graph().named("w").node()), result.facts().equalities());
  }

  @Test
  void brokenWiringIsRefused() {
    GraphProgram program = new GraphProgram();
    View w = program.parameter("w", SHAPE, 1, 2, 3);
    assertThrows(IllegalStateException.class, () -> program.algebra.sum(List.of(GraphProgram.TWO), List.of(w)));
    assertThrows(IllegalStateException.class, () -> program.algebra.apply(Fn.POW, SHAPE, w));
    assertThrows(IllegalStateException.class, () -> new Pullback(program.algebra,
        derivative(program, w, w), w.node()).contributions());
  }

  @Test
  void linearInTheSizeOfTheGraph() {
    GraphProgram program = new GraphProgram();
    View value = program.parameter("w", SHAPE, 1, 2, 3);
    for (int k = 0; k < 200; k++) {
      value = program.algebra.view(program.algebra.product(SHAPE, value, value));
    }
    program.named("J", program.algebra.contraction(SHAPE, 0, value));
    int size = program.differentiated().graph().size();
    assertTrue(size < 5 * 200, "nodes: " + size);
  }
}
