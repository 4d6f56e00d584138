package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GradientCheckTest {

  private static final Extent THREE = Extent.of(3);
  private static final Extent M = Extent.BATCH;

  private final Graph.Builder builder = new Graph.Builder();
  private final Algebra algebra = new Algebra(builder);
  private final int w = leaf("w", Node.Role.PARAMETER, List.of(THREE), 0);
  private final int x = leaf("x", Node.Role.INPUT, List.of(THREE, M), 0);
  /** z[c] = sum_k w[k] x[k, c] */
  private final int z = algebra.contraction(List.of(M, THREE), 1, new View(w, List.of(1)), new View(x, List.of(1, 0)));

  private int leaf(String name, Node.Role role, List<Extent> shape, int row) {
    int node = builder.add(new Node.Leaf(name, role, shape));
    builder.name(name, new Graph.Value(node, row, shape.size() > 1 ? 1 : Graph.Value.NONE));
    return node;
  }

  /** The program that minimizes the sum of the value, a vector over the samples. */
  private Program<Phase.Lowered> minimizing(int value, Facts facts, double initial) {
    int loss = algebra.contraction(List.of(M), 0, new View(value, List.of(0)));
    builder.name("J", new Graph.Value(loss, Graph.Value.NONE, Graph.Value.NONE));
    return new Program<>("Test", false, false, builder.build(), facts, Optional.of("J"), Optional.of("J"), List.of("x"), List.of(),
        List.of(new Program.Parameter("w", 3, 1, new Program.Initial.Constant(initial))), Optional.empty(), List.of());
  }

  private static GradientCheck.Line only(Program<Phase.Differentiated> differentiated, Program<? extends Phase.Differentiated> simplified) {
    List<GradientCheck.Line> lines = GradientCheck.check(differentiated, simplified, 1);
    assertEquals(1, lines.size());
    return lines.get(0);
  }

  private static GradientCheck.Line only(Program<Phase.Lowered> program) {
    Program<Phase.Differentiated> differentiated = Autodiff.differentiate(program);
    return only(differentiated, differentiated);
  }

  @Test
  void acceptsTheRightGradient() {
    GradientCheck.Line line = only(minimizing(algebra.apply(Fn.TANH, List.of(M), algebra.view(z)), Facts.NONE, 0));
    assertTrue(line.passed(), line::toString);
    assertEquals("dJ/dw", line.gradient());
    assertEquals(3, line.compared());
    assertEquals(0, line.setAside());
  }

  @Test
  void findsAGradientThatIsWrongByAThousandth() {
    Program<Phase.Differentiated> right = Autodiff.differentiate(minimizing(algebra.apply(Fn.EXP, List.of(M), algebra.view(z)), Facts.NONE, 0));
    Graph.Value gradient = right.graph().named("dJ/dw");
    Graph.Builder changed = new Graph.Builder(right.graph());
    int wrong = new Algebra(changed).scaled(Rational.of(1001, 1000), gradient.node());
    changed.name("dJ/dw", gradient.at(wrong));
    GradientCheck.Line line = only(right, right.withGraph(changed.build(), right.facts()));
    assertFalse(line.passed());
    assertEquals(1e-3, line.relativeError(), 2e-6);
  }

  @Test
  void setsAsideWhatLiesAtAKink() {
    // |w - w'| at w = w' exactly: the parameter enters as a difference of itself and a copy that is held by stop.
    int held = algebra.apply(Fn.STOP, List.of(THREE), algebra.view(w));
    int difference = algebra.linear(List.of(THREE), Rational.ZERO,
        new Node.Term(Rational.ONE, algebra.view(w)), new Node.Term(Rational.MINUS_ONE, algebra.view(held)));
    int kink = algebra.apply(Fn.ABS, List.of(THREE), algebra.view(difference));
    assertAllSetAside(kink, x);
  }

  @Test
  void setsAsideWhatRoundingDecides() {
    // w where log(exp(x)) is x: everywhere, but with rounding anywhere.
    List<Extent> shape = List.of(THREE, M);
    int same = algebra.apply(Fn.LOG, shape, algebra.view(algebra.apply(Fn.EXP, shape, algebra.view(x))));
    int decided = algebra.apply(Fn.EQUAL, shape, algebra.view(same), algebra.view(x));
    assertAllSetAside(w, decided);
  }

  /** For a loss sum_i a_i b_ij in each sample j. */
  private void assertAllSetAside(int a, int b) {
    int value = algebra.contraction(List.of(M, THREE), 1, new View(a, List.of(1)), new View(b, List.of(1, 0)));
    GradientCheck.Line line = only(minimizing(value, Facts.NONE, 0));
    assertEquals(3, line.setAside());
    assertEquals(0, line.compared());
  }

  @Test
  void looksElsewhereWhereRoundingLeavesTheLossFewDigits() {
    // log(1 - 1 / (1 + e^-u)), which is near -u, keeps no digit where u is above 36, and half of them at 18.
    int e = algebra.apply(Fn.EXP, List.of(M), algebra.view(algebra.scaled(Rational.of(-20), z)));
    int s = algebra.power(List.of(M), algebra.view(onePlus(Rational.ONE, e)), Rational.MINUS_ONE);
    int value = algebra.apply(Fn.LOG, List.of(M), algebra.view(onePlus(Rational.MINUS_ONE, s)));
    Program<Phase.Differentiated> program = Autodiff.differentiate(minimizing(value, Facts.NONE, 0.5));
    for (long seed = 0; seed < 20; seed++) {
      GradientCheck.Line line = GradientCheck.check(program, program, seed).get(0);
      assertTrue(line.passed(), line::toString);
    }
  }

  private int onePlus(Rational factor, int node) {
    return algebra.linear(List.of(M), Rational.ONE, new Node.Term(factor, algebra.view(node)));
  }

  @Test
  void aKinkNearbyOnlyMakesTheStepSmaller() {
    // |z - z0| with z0 = z + 1e-3 at the point: smooth only within less than 1e-3 of it.
    int held = algebra.apply(Fn.STOP, List.of(M), algebra.view(z));
    int near = algebra.linear(List.of(M), Rational.of(1, 1000),
        new Node.Term(Rational.ONE, algebra.view(z)), new Node.Term(Rational.MINUS_ONE, algebra.view(held)));
    GradientCheck.Line line = only(minimizing(algebra.apply(Fn.ABS, List.of(M), algebra.view(near)), Facts.NONE, 0.5));
    assertEquals(3, line.compared(), line::toString);
    assertTrue(line.passed(), line::toString);
  }

  @Test
  void bothSidesOnAnotherPieceDoNotCount() {
    // max(2 d + 1e-4, 1000 d^2) with d = 0 at the point: both sides of the first steps are on the parabola, whose derivative there is 0.
    int held = algebra.apply(Fn.STOP, List.of(THREE), algebra.view(w));
    int d = algebra.linear(List.of(THREE), Rational.ZERO,
        new Node.Term(Rational.ONE, algebra.view(w)), new Node.Term(Rational.MINUS_ONE, algebra.view(held)));
    int line = algebra.linear(List.of(THREE), Rational.of(1, 10000), new Node.Term(Rational.TWO, algebra.view(d)));
    int parabola = algebra.scaled(Rational.of(1000), algebra.product(List.of(THREE), algebra.view(d), algebra.view(d)));
    int upper = algebra.apply(Fn.MAXIMUM, List.of(THREE), algebra.view(line), algebra.view(parabola));
    int value = algebra.contraction(List.of(M, THREE), 1, new View(upper, List.of(1)), new View(x, List.of(1, 0)));
    GradientCheck.Line checked = only(minimizing(value, Facts.NONE, 0));
    assertEquals(3, checked.compared(), checked::toString);
    assertTrue(checked.passed(), checked::toString);
  }

  @Test
  void noGradientFlowsThroughStop() {
    int held = algebra.apply(Fn.STOP, List.of(M), algebra.view(z));
    assertTrue(only(minimizing(algebra.product(List.of(M), algebra.view(z), algebra.view(held)), Facts.NONE, 0)).passed());
  }

  @Test
  void dataSatisfiesRangesAndEqualities() {
    // log(1.000001 - colsum(x)) is finite, for random x, only where each column adds up to one.
    int columns = algebra.contraction(List.of(M, THREE), 1, new View(x, List.of(1, 0)));
    Facts facts = new Facts(Map.of(x, Interval.closed(0, 1)), Map.of(columns, algebra.number(Rational.ONE)));
    int left = algebra.linear(List.of(M), Rational.of(1000001, 1000000), new Node.Term(Rational.MINUS_ONE, algebra.view(columns)));
    int value = algebra.product(List.of(M), algebra.view(z),
        algebra.view(algebra.apply(Fn.LOG, List.of(M), algebra.view(left))));
    GradientCheck.Line line = only(minimizing(value, facts, 0));
    assertTrue(line.passed(), line::toString);
  }

  @Test
  void saysWhereNoDataSatisfiesTheFacts() {
    Facts facts = new Facts(Map.of(), Map.of(x, algebra.number(Rational.TWO), z, algebra.number(Rational.of(9))));
    Program<Phase.Differentiated> program = Autodiff.differentiate(minimizing(z, facts, 0));
    assertThrows(IllegalArgumentException.class, () -> GradientCheck.check(program, program, 1));
  }
}
