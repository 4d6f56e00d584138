package dev.nngen.simplify.algebra;

import static dev.nngen.simplify.algebra.RandomAlgebra.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Field laws of quotients of polynomials, exactly, at random rational points. */
class RationalFunctionTest {

  private static final RationalFunction A = RationalFunction.variable(0);
  private static final RationalFunction Y = RationalFunction.variable(1);

  private RationalFunction f;
  private RationalFunction g;
  private RationalFunction h;
  private Rational[] point;

  private void draw(RepetitionInfo repetition) {
    RandomAlgebra random = new RandomAlgebra(repetition.getCurrentRepetition());
    f = random.function();
    g = random.function();
    h = random.function();
    point = random.point();
  }

  @RepeatedTest(100)
  void operationsAreThoseOfTheValues(RepetitionInfo repetition) {
    draw(repetition);
    assertEquals(value(f, point).plus(value(g, point)), value(f.plus(g), point));
    assertEquals(value(f, point).minus(value(g, point)), value(f.minus(g), point));
    assertEquals(value(f, point).times(value(g, point)), value(f.times(g), point));
    assertEquals(value(f, point).plus(value(g, point)).plus(value(h, point)), value(RationalFunction.sum(List.of(f, g, h)), point));
    if (!g.isZero()) {
      assertEquals(value(f, point).over(value(g, point)), value(f.times(g.inverse()), point));
      assertEquals(value(g, point).power(-2), value(g.power(-2), point));
    }
    assertTrue(f.minus(f).isZero());
  }

  @RepeatedTest(60)
  void factorsArePrimitiveAndNumeratorAndDenominatorCoprime(RepetitionInfo repetition) {
    draw(repetition);
    RationalFunction sum = f.plus(g);
    for (Map.Entry<Polynomial, Integer> factor : sum.factors().entrySet()) {
      assertEquals(factor.getKey().primitive(), factor.getKey());
    }
    assertTrue(PolynomialGcd.gcd(sum.numerator(), sum.denominator()).isOne(), sum.toString());
    assertEquals(value(sum, point), value(sum.numerator(), point).over(value(sum.denominator(), point)).times(sum.coefficient()));
  }

  @RepeatedTest(60)
  void renamingIsSubstitution(RepetitionInfo repetition) {
    draw(repetition);
    Rational[] turned = {point[3], point[0], point[1], point[2]};
    assertEquals(value(f, turned), value(f.renamed(v -> (v + 3) % 4), point));
    RationalFunction apart = f.plus(g).renamed(v -> (v + 3) % 4);
    assertEquals(f.plus(g), apart.renamed(v -> (v + 1) % 4));
  }

  @RepeatedTest(60)
  void renamingTogetherCancelsAgain(RepetitionInfo repetition) {
    draw(repetition);
    RationalFunction quotient = RationalFunction.variable(0).minus(RationalFunction.variable(2)).times(Y).plus(A);
    RationalFunction together = quotient.times(Y.plus(A).inverse()).renamed(v -> v == 2 ? 0 : v);
    assertEquals(A.times(A.plus(Y).inverse()), together);
    Rational[] merged = {point[0], point[1], point[0], point[3]};
    assertEquals(value(h.numerator(), merged), value(h.numerator().renamed(v -> v == 2 ? 0 : v), merged));
  }

  @RepeatedTest(60)
  void mergedIsTheSameFunction(RepetitionInfo repetition) {
    draw(repetition);
    assertEquals(value(f.times(g), point), value(f.times(g).merged(), point));
  }

  /** (-y/a + (1-y)/(1-a)) a (1-a) = a - y: equation D1. */
  @Test
  void logLossTimesSlopeOfSigmoid() {
    RationalFunction oneMinusA = RationalFunction.ONE.minus(A);
    RationalFunction slope = RationalFunction.ONE.minus(Y).times(oneMinusA.inverse()).minus(Y.times(A.inverse()));
    assertEquals(A.minus(Y), slope.times(A).times(oneMinusA));
  }

  /** (1 - a) (1 + a) reads 1 - a^2. */
  @Test
  void mergedMultipliesOutWhereThatIsShorter() {
    RationalFunction product = RationalFunction.ONE.minus(A).times(RationalFunction.ONE.plus(A));
    assertEquals(2, product.factors().size());
    assertEquals(1, product.merged().factors().size());
  }

  @Test
  void zero() {
    assertTrue(A.times(Rational.ZERO).isZero());
    assertTrue(A.times(RationalFunction.ZERO).isZero());
    assertThrows(ArithmeticException.class, RationalFunction.ZERO::inverse);
    assertTrue(RationalFunction.sum(List.of()).isZero());
    assertTrue(A.power(0).isOne());
  }
}
