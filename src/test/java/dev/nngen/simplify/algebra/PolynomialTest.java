package dev.nngen.simplify.algebra;

import static dev.nngen.simplify.algebra.RandomAlgebra.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Rational;
import java.math.BigInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** RationalArithmetic laws of polynomials, exactly, at random rational points and as structures. */
class PolynomialTest {

  private RandomAlgebra random;
  private Polynomial a;
  private Polynomial b;
  private Polynomial c;
  private Rational[] point;

  private void draw(RepetitionInfo repetition) {
    random = new RandomAlgebra(repetition.getCurrentRepetition());
    a = random.polynomial(6, 4);
    b = random.polynomial(6, 4);
    c = random.polynomial(4, 3);
    point = random.point();
  }

  @RepeatedTest(60)
  void operationsAreThoseOfTheValues(RepetitionInfo repetition) {
    draw(repetition);
    assertEquals(value(a, point).plus(value(b, point)), value(a.plus(b), point));
    assertEquals(value(a, point).minus(value(b, point)), value(a.minus(b), point));
    assertEquals(value(a, point).times(value(b, point)), value(a.times(b), point));
    assertEquals(value(a, point).power(3), value(a.power(3), point));
    assertEquals(value(a, point), value(a.primitive(), point).times(a.content()));
  }

  @RepeatedTest(60)
  void equalPolynomialsAreEqualObjects(RepetitionInfo repetition) {
    draw(repetition);
    assertEquals(a.times(b), b.times(a));
    assertEquals(a.times(b.plus(c)), a.times(b).plus(a.times(c)));
    assertEquals(a.times(b.plus(c)).hashCode(), a.times(b).plus(a.times(c)).hashCode());
    assertEquals(0, a.times(b).compareTo(b.times(a)));
    assertEquals(Integer.signum(a.compareTo(b)), -Integer.signum(b.compareTo(a)));
    assertTrue(a.minus(a).isZero());
  }

  @RepeatedTest(60)
  void divisionIsExactOrRefused(RepetitionInfo repetition) {
    draw(repetition);
    Polynomial divisor = random.nonzero(4, 3);
    assertEquals(a, a.times(divisor).divideExact(divisor));
    Polynomial above = a.times(divisor).plus(Polynomial.ONE);
    assertEquals(divisor.isConstant(), above.divideExact(divisor) != null, above + " / " + divisor);
  }

  @RepeatedTest(60)
  void contentLeavesCoprimeIntegersWithAPositiveLead(RepetitionInfo repetition) {
    draw(repetition);
    Polynomial primitive = random.nonzero(6, 4).primitive();
    BigInteger common = BigInteger.ZERO;
    for (Rational coefficient : primitive.terms().values()) {
      assertTrue(coefficient.isInteger());
      common = common.gcd(coefficient.numerator());
    }
    assertEquals(BigInteger.ONE, common);
    assertEquals(1, primitive.leadingCoefficient().signum());
  }

  @RepeatedTest(40)
  void coefficientsRebuildThePolynomial(RepetitionInfo repetition) {
    draw(repetition);
    Polynomial[] rebuilt = {Polynomial.ZERO};
    a.coefficients(1).forEach((power, coefficient) ->
        rebuilt[0] = rebuilt[0].plus(coefficient.times(Polynomial.variable(1).power(power))));
    assertEquals(a, rebuilt[0]);
    assertEquals(value(a, point), value(a.at(1, point[1]), point));
  }

  @RepeatedTest(40)
  void idempotentAgreesAtZeroAndOne(RepetitionInfo repetition) {
    draw(repetition);
    Polynomial linear = a.idempotent(2);
    assertTrue(linear.degree(2) <= 1);
    for (Rational bit : new Rational[] {Rational.ZERO, Rational.ONE}) {
      assertEquals(a.at(2, bit), linear.at(2, bit));
    }
  }

  @RepeatedTest(40)
  void renamingIsSubstitution(RepetitionInfo repetition) {
    draw(repetition);
    Rational[] swapped = {point[1], point[0], point[3], point[3]};
    Polynomial renamed = a.renamed(v -> new int[] {1, 0, 3, 3}[v]);
    assertEquals(value(a, swapped), value(renamed, point));
  }

  @RepeatedTest(40)
  void monomialsAreOrderedAndDivide(RepetitionInfo repetition) {
    draw(repetition);
    Monomial x = random.monomial(5);
    Monomial y = random.monomial(5);
    Monomial z = random.monomial(3);
    assertEquals(x, x.times(y).over(y));
    assertEquals(Integer.signum(x.compareTo(y)), Integer.signum(x.times(z).compareTo(y.times(z))));
    Monomial common = x.gcd(y);
    assertEquals(Monomial.ONE, x.over(common).gcd(y.over(common)));
    assertEquals(x.totalDegree() + y.totalDegree(), x.times(y).totalDegree());
    assertEquals(0, x.without(1).degree(1));
    assertEquals(x, x.without(1).times(Monomial.of(1, x.degree(1))));
  }

  @Test
  void monomialDoesNotDivideWhatItIsNotIn() {
    assertNull(Monomial.of(0, 1).over(Monomial.of(1, 1)));
    assertNull(Monomial.of(0, 1).over(Monomial.of(0, 2)));
  }

  @Test
  void zeroAndOne() {
    assertTrue(Polynomial.ZERO.isConstant());
    assertEquals(Rational.ZERO, Polynomial.ZERO.leadingCoefficient());
    assertTrue(Polynomial.variable(3).power(0).isOne());
    assertTrue(Polynomial.term(Rational.ZERO, Monomial.of(1, 2)).isZero());
    assertEquals(Polynomial.ZERO, Polynomial.ZERO.primitive());
  }
}
