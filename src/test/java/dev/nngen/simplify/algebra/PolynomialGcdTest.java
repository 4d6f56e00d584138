package dev.nngen.simplify.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PolynomialGcdTest {

  @RepeatedTest(150)
  void dividesBothAndHoldsWhatWasPutIn(RepetitionInfo repetition) {
    RandomAlgebra random = new RandomAlgebra(repetition.getCurrentRepetition());
    Polynomial a = random.nonzero(4, 3);
    Polynomial b = random.nonzero(4, 3);
    Polynomial c = random.nonzero(3, 2);
    Polynomial gcd = PolynomialGcd.gcd(a.times(c), b.times(c));
    assertNotNull(a.times(c).divideExact(gcd));
    assertNotNull(b.times(c).divideExact(gcd));
    assertNotNull(gcd.divideExact(c), gcd + " lacks " + c);
    Polynomial rest = PolynomialGcd.gcd(a.times(c).divideExact(gcd), b.times(c).divideExact(gcd));
    assertTrue(rest.isOne(), "left in common: " + rest);
  }

  @RepeatedTest(60)
  void isSymmetricAndPrimitive(RepetitionInfo repetition) {
    RandomAlgebra random = new RandomAlgebra(1000 + repetition.getCurrentRepetition());
    Polynomial a = random.nonzero(5, 4);
    Polynomial b = random.nonzero(5, 4);
    Polynomial gcd = PolynomialGcd.gcd(a, b);
    assertEquals(gcd, PolynomialGcd.gcd(b, a));
    assertEquals(gcd.primitive(), gcd);
    assertEquals(a.primitive(), PolynomialGcd.gcd(a, a));
    assertEquals(a.primitive(), PolynomialGcd.gcd(a, Polynomial.ZERO));
  }

  @Test
  void ofPolynomialsWithoutCommonVariablesIsOne() {
    assertTrue(PolynomialGcd.gcd(Polynomial.variable(0), Polynomial.variable(1)).isOne());
    assertTrue(PolynomialGcd.gcd(Polynomial.ONE, Polynomial.variable(1)).isOne());
  }
}
