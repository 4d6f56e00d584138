package dev.nngen.simplify.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Monomials, polynomials and rational functions one by one: how they print, compare and answer what they are. */
class FormsOfAlgebraTest {

  private static final Polynomial X = Polynomial.variable(1);
  private static final Polynomial Y = Polynomial.variable(2);
  private static final Polynomial Z = Polynomial.variable(3);
  private static final Polynomial ONE = Polynomial.ONE;

  private static RationalFunction f(Polynomial p) {
    return RationalFunction.of(p);
  }

  private static Polynomial n(long value) {
    return ONE.times(Rational.of(value));
  }

  @Test
  void monomials() {
    Monomial square = Monomial.of(1, 2);
    Monomial mixed = square.times(Monomial.of(3, 1));
    assertEquals("1", Monomial.ONE.toString());
    assertEquals("v1^2*v3", mixed.toString());
    assertEquals(3, mixed.totalDegree());
    assertEquals(List.of(2, 0, 1), List.of(mixed.degree(1), mixed.degree(2), mixed.degree(3)));
    assertEquals(Monomial.of(3, 1).times(square), mixed);
    assertEquals(Monomial.of(3, 1).times(square).hashCode(), mixed.hashCode());
    assertNotEquals(Monomial.of(1, 2).hashCode(), Monomial.of(2, 1).hashCode());
    assertNotEquals(Monomial.of(1, 3), square);
    assertNotEquals(Monomial.of(2, 2), square);
    assertNotEquals("v1^2", square);
    assertEquals(Monomial.of(3, 1), mixed.over(square));
    assertEquals(null, square.over(mixed));
    assertTrue(new TreeSet<>(List.of(mixed, square, Monomial.ONE)).first().equals(Monomial.ONE));
  }

  @Test
  void polynomials() {
    Polynomial p = X.times(X).times(Rational.of(3)).plus(Y).minus(n(2));
    assertEquals("1*v2 + 3*v1^2 + -2*1", p.toString());
    assertEquals("0", Polynomial.ZERO.toString());
    assertEquals(2, p.totalDegree());
    assertEquals(2, p.degree(1));
    assertEquals(0, p.degree(3));
    assertTrue(p.contains(1));
    assertFalse(p.contains(3));
    assertEquals(1, X.asVariable());
    assertTrue(X.isVariable());
    for (Polynomial other : List.of(X.times(X), X.times(Rational.TWO), X.plus(Y), X.times(Y), ONE, Polynomial.ZERO)) {
      assertFalse(other.isVariable(), other::toString);
    }
    assertNotEquals(X, Y);
    assertNotEquals(X, null);
    assertNotEquals(X.hashCode(), Y.hashCode());
    assertEquals(X.plus(Y).hashCode(), Y.plus(X).hashCode());
    assertEquals(Monomial.of(1, 1), X.times(X).plus(X.times(Y)).commonMonomial());
    assertEquals(Monomial.ONE, X.plus(ONE).commonMonomial());
    assertEquals(Monomial.ONE, X.plus(Y).commonMonomial());
  }

  /** c^2 = c: f(0) + c (f(1) - f(0)). */
  @Test
  void idempotent() {
    Polynomial p = X.times(X).times(X).plus(X.times(X).times(Y)).plus(Y);
    assertEquals(X.plus(X.times(Y)).plus(Y), p.idempotent(1));
    assertEquals(Y.plus(X), Y.plus(X).idempotent(1));
  }

  @Test
  void contentsArePositiveUnlessTheLeadingTermIsNegative() {
    assertEquals(Rational.of(2, 3), X.times(Rational.of(4, 3)).plus(n(2)).content());
    assertEquals(Rational.of(-2), n(4).minus(X.times(Rational.of(6))).content());
    assertEquals(X.times(Rational.of(3)).minus(n(2)), n(4).minus(X.times(Rational.of(6))).primitive());
  }

  @Test
  void greatestCommonDivisors() {
    Polynomial a = X.plus(Y);
    Polynomial b = X.minus(Y);
    assertEquals(a, PolynomialGcd.gcd(a.times(b), a.times(a)));
    assertEquals(X.times(a), PolynomialGcd.gcd(X.times(X).times(a), X.times(a).times(b)));
    assertEquals(ONE, PolynomialGcd.gcd(a, b));
    assertEquals(ONE, PolynomialGcd.gcd(X.plus(ONE), Y.plus(ONE)));
    assertEquals(a, PolynomialGcd.gcd(Polynomial.ZERO, a.times(Rational.of(5))));
    assertEquals(a, PolynomialGcd.gcd(a.times(Rational.of(5)), Polynomial.ZERO));
    assertEquals(a.times(Z.plus(ONE)), PolynomialGcd.gcd(a.times(Z.plus(ONE)).times(X), a.times(Z.plus(ONE)).times(Y)));
  }

  @Test
  void whatARationalFunctionIs() {
    RationalFunction x = RationalFunction.variable(1);
    assertTrue(x.isVariable());
    for (RationalFunction other : List.of(x.times(x), x.times(Rational.TWO), x.inverse(), f(X.plus(Y)), x.times(f(Y)), RationalFunction.ONE)) {
      assertFalse(other.isVariable(), other::toString);
    }
    assertTrue(RationalFunction.ONE.isOne() && RationalFunction.ONE.isConstant());
    assertTrue(RationalFunction.constant(Rational.TWO).isConstant());
    assertFalse(RationalFunction.constant(Rational.TWO).isOne());
    assertFalse(x.isOne());
    assertFalse(x.isConstant());
    assertEquals(3, f(X.plus(Y)).times(x).size());
    assertEquals(Set.of(1, 2), f(X.plus(Y)).times(x).variables());
    assertEquals("2 (1*v1)^-1", x.inverse().times(Rational.TWO).toString());
    assertEquals("1 (1*v1)^-1 (1*v2)^2", f(Y.times(Y)).times(x.inverse()).toString());
  }

  @Test
  void equality() {
    RationalFunction x = RationalFunction.variable(1);
    assertNotEquals(x, x.times(Rational.TWO));
    assertNotEquals(x, RationalFunction.variable(2));
    assertNotEquals(x, x.inverse());
    assertNotEquals(x, "v1");
    assertEquals(f(X.times(X).minus(Y.times(Y))).times(f(X.plus(Y)).inverse()), f(X.minus(Y)));
    assertEquals(x.times(f(Y)).hashCode(), f(Y).times(x).hashCode());
    assertNotEquals(x.hashCode(), x.times(Rational.TWO).hashCode());
    assertNotEquals(x.hashCode(), RationalFunction.variable(2).hashCode());
  }

  @Test
  void sums() {
    RationalFunction x = RationalFunction.variable(1);
    RationalFunction y = RationalFunction.variable(2);
    assertEquals(RationalFunction.ZERO, RationalFunction.sum(List.of()));
    assertEquals(x, RationalFunction.sum(List.of(RationalFunction.ZERO, x)));
    assertEquals(f(X.plus(Y)).times(x.inverse()).times(y.inverse()), x.inverse().plus(y.inverse()));
    assertEquals(RationalFunction.ZERO, x.minus(x));
    assertThrows(ArithmeticException.class, RationalFunction.ZERO::inverse);
  }

  @Test
  void howManyTermsASumMultipliesOut() {
    RationalFunction a = f(X.plus(Y)).power(2);
    RationalFunction b = f(X.plus(Z)).inverse();
    assertEquals(0, RationalFunction.termsOfSum(List.of(a, RationalFunction.ZERO), 100));
    assertEquals(4 * 2 + 1, RationalFunction.termsOfSum(List.of(a, b), 100));
    assertEquals(5, RationalFunction.termsOfSum(List.of(a, b), 5));
    assertEquals(2, RationalFunction.termsOfSum(List.of(a, a), 100));
  }

  @Test
  void numeratorsAndDenominators() {
    RationalFunction q = f(X.plus(ONE)).power(2).times(f(Y)).times(f(Z.plus(ONE)).power(-3));
    assertEquals(X.plus(ONE).times(X.plus(ONE)).times(Y), q.numerator());
    assertEquals(Z.plus(ONE).times(Z.plus(ONE)).times(Z.plus(ONE)), q.denominator());
    assertEquals(RationalFunction.ONE, q.power(0));
  }

  @Test
  void commonDivisorsOfSumsCancel() {
    Polynomial a = X.plus(Y);
    RationalFunction quotient = f(a.times(X.minus(Y))).times(f(a.times(X.plus(n(2)))).inverse());
    assertEquals(f(X.minus(Y)).times(f(X.plus(n(2))).inverse()), quotient);
    RationalFunction squared = f(a.times(a).times(Z.plus(ONE))).times(f(a).power(-1));
    assertEquals(f(a.times(Z.plus(ONE))), squared);
  }

  @Test
  void mergesWhatIsShorterMultipliedOut() {
    assertEquals("1 (1*v1^2 + -1*1)^1", f(X.plus(ONE)).times(f(X.minus(ONE))).merged().toString());
    RationalFunction longer = f(X.plus(ONE)).times(f(Y.plus(ONE)));
    assertEquals(longer, longer.merged());
    RationalFunction apart = f(X.plus(ONE)).power(2).times(f(X.minus(ONE)));
    assertEquals(apart, apart.merged());
    RationalFunction variables = f(X).times(f(Y));
    assertEquals(2, variables.merged().factors().size());
  }

  @Test
  void renamed() {
    RationalFunction quotient = f(X.minus(Y)).times(f(X.plus(ONE)).inverse());
    assertEquals(f(Z.minus(Y)).times(f(Z.plus(ONE)).inverse()), quotient.renamed(v -> v == 1 ? 3 : v));
    assertEquals(f(Y.minus(X)).times(f(Y.plus(ONE)).inverse()), quotient.renamed(v -> 3 - v));
    assertEquals(RationalFunction.ZERO, quotient.renamed(v -> 7));
    assertEquals(f(X.minus(Y)).power(2), f(X.minus(Y)).power(2).renamed(v -> 3 - v));
  }
}
