package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The reference of the references: functional equations to 110 digits, and agreement with {@code Math}. */
class PreciseTest {

  private static final BigDecimal TINY = new BigDecimal("1e-110");

  private static BigDecimal number(double x) {
    return new BigDecimal(x);
  }

  private static void assertNear(BigDecimal a, BigDecimal b) {
    BigDecimal scale = a.abs().max(b.abs()).max(BigDecimal.ONE);
    assertTrue(a.subtract(b).abs().compareTo(TINY.multiply(scale)) <= 0, a + " is not " + b);
  }

  @Test
  void functionalEquations() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      BigDecimal x = number(random.nextGaussian() * 3);
      BigDecimal y = number(random.nextGaussian() * 3);
      assertNear(Precise.exp(x.add(y)), Precise.exp(x).multiply(Precise.exp(y), Precise.DIGITS));
      assertNear(x, Precise.log(Precise.exp(x)));
      BigDecimal s = Precise.sin(x);
      BigDecimal c = Precise.cos(x);
      assertNear(BigDecimal.ONE, s.multiply(s).add(c.multiply(c)));
      assertNear(Precise.sin(x.add(y)), s.multiply(Precise.cos(y)).add(c.multiply(Precise.sin(y))));
      assertNear(Precise.expm1(x), Precise.exp(x).subtract(BigDecimal.ONE));
    }
  }

  @Test
  void agreesWithDoubles() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian() * (i % 2 == 0 ? 0.01 : 4);
      assertClose(Math.exp(x), Precise.exp(number(x)));
      assertClose(Math.log(Math.abs(x)), Precise.log(number(Math.abs(x))));
      assertClose(Math.tanh(x), Precise.tanh(number(x)));
      assertClose(Math.sin(x), Precise.sin(number(x)));
      assertClose(Math.cos(x), Precise.cos(number(x)));
      assertClose(Math.expm1(x), Precise.expm1(number(x)));
      assertClose(ErrorFunction.erf(x), Precise.erf(number(x)));
      assertClose(Math.pow(Math.abs(x), 0.75), Precise.power(number(Math.abs(x)), Rational.of(3, 4)));
    }
  }

  private static void assertClose(double expected, BigDecimal actual) {
    assertEquals(expected, actual.doubleValue(), 4e-15 * Math.abs(expected) + 1e-17);
  }

  @Test
  void farOut() {
    assertNear(number(800), Precise.log(Precise.exp(number(800))));
    assertEquals(-348, Precise.exp(number(-800)).precision() - Precise.exp(number(-800)).scale() - 1);
    assertEquals(1, Precise.tanh(number(800)).doubleValue());
    assertEquals(Math.sin(1e5), Precise.sin(number(1e5)).doubleValue(), 1e-15);
    assertEquals(Math.cos(-1e5), Precise.cos(number(-1e5)).doubleValue(), 1e-15);
    assertThrows(ArithmeticException.class, () -> Precise.log(BigDecimal.ZERO));
  }
}
