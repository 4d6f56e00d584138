package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The reference of the references: functional equations to 110 digits, and agreement with {@code Math}. */
class PreciseTest {

  private static final Precise EXACT = Precise.STANDARD;
  private static final BigDecimal TINY = new BigDecimal("1e-110");

  private static Wide number(double x) {
    return Wide.of(new BigDecimal(x));
  }

  private static void assertNear(Wide left, Wide right) {
    BigDecimal a = left.decimal();
    BigDecimal b = right.decimal();
    BigDecimal scale = a.abs().max(b.abs()).max(BigDecimal.ONE);
    assertTrue(a.subtract(b).abs().compareTo(TINY.multiply(scale)) <= 0, a + " is not " + b);
  }

  @Test
  void functionalEquations() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      Wide x = number(random.nextGaussian() * 3);
      Wide y = number(random.nextGaussian() * 3);
      assertNear(EXACT.exp(plus(x, y)), times(EXACT.exp(x), EXACT.exp(y)));
      assertNear(x, EXACT.log(EXACT.exp(x)));
      Wide s = EXACT.sin(x);
      Wide c = EXACT.cos(x);
      assertNear(Wide.ONE, plus(times(s, s), times(c, c)));
      assertNear(EXACT.sin(plus(x, y)), plus(times(s, EXACT.cos(y)), times(c, EXACT.sin(y))));
      assertNear(EXACT.expm1(x), plus(EXACT.exp(x), Wide.of(-1)));
    }
  }

  @Test
  void agreesWithDoubles() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian() * (i % 2 == 0 ? 0.01 : 4);
      assertClose(Math.exp(x), EXACT.exp(number(x)));
      assertClose(Math.log(Math.abs(x)), EXACT.log(number(Math.abs(x))));
      assertClose(Math.tanh(x), EXACT.tanh(number(x)));
      assertClose(Math.sin(x), EXACT.sin(number(x)));
      assertClose(Math.cos(x), EXACT.cos(number(x)));
      assertClose(Math.expm1(x), EXACT.expm1(number(x)));
      assertClose(Evaluator.apply(Fn.ERF, x), EXACT.erf(number(x)));
      assertClose(Math.pow(Math.abs(x), 0.75), EXACT.power(number(Math.abs(x)), Rational.of(3, 4)));
    }
  }

  /** Arguments that no decimal has room for. */
  @Test
  void beyondDecimals() {
    Wide tiny = new Wide(BigDecimal.ONE, BigInteger.TEN.pow(12).negate());
    for (Wide same : List.of(EXACT.sin(tiny), EXACT.expm1(tiny), EXACT.tanh(tiny))) {
      assertEquals(0, tiny.compareTo(same), same::toString);
    }
    assertEquals(0, Wide.ONE.compareTo(EXACT.cos(tiny)));
    assertEquals(0, Wide.ONE.compareTo(EXACT.exp(tiny)));
    assertEquals(tiny.magnitude(), EXACT.erf(tiny).magnitude());
    assertTrue(Wide.ONE.over(tiny, MathContext.DECIMAL64).isBeyondDecimals());
  }

  private static Wide plus(Wide a, Wide b) {
    return a.plus(b, EXACT.digits());
  }

  private static Wide times(Wide a, Wide b) {
    return a.times(b, EXACT.digits());
  }

  private static void assertClose(double expected, Wide actual) {
    assertEquals(expected, actual.doubleValue(), 4e-15 * Math.abs(expected) + 1e-17);
  }

  @Test
  void farOut() {
    assertNear(number(800), EXACT.log(EXACT.exp(number(800))));
    assertEquals(-348, EXACT.exp(number(-800)).magnitude().intValueExact() - 1);
    assertEquals(1, EXACT.tanh(number(800)).doubleValue());
    assertEquals(Math.sin(1e5), EXACT.sin(number(1e5)).doubleValue(), 1e-15);
    assertEquals(Math.cos(-1e5), EXACT.cos(number(-1e5)).doubleValue(), 1e-15);
    assertThrows(ArithmeticException.class, () -> EXACT.log(Wide.ZERO));
  }

  /** e^z of the largest doubles has an exponent that no BigDecimal has. */
  @Test
  void fartherThanAnyDecimal() {
    Wide huge = EXACT.exp(number(1e300));
    assertEquals(Double.POSITIVE_INFINITY, huge.doubleValue());
    assertEquals(1e300, EXACT.log(huge).doubleValue());
    assertEquals(1e300, EXACT.log(plus(Wide.ONE, huge)).doubleValue());
    assertEquals(1, plus(Wide.ONE, EXACT.exp(number(-1e300))).doubleValue());
    assertEquals(0, EXACT.exp(number(-1e300)).doubleValue());
    assertNear(Wide.ONE, times(huge, EXACT.exp(number(-1e300))));
    assertEquals(-1, EXACT.tanh(number(-1e300)).doubleValue());
    assertEquals(Math.sin(1e300), EXACT.sin(number(1e300)).doubleValue(), 1e-15);
    assertThrows(ArithmeticException.class, () -> EXACT.exp(huge));
  }

  @Test
  void smallBesideOne() {
    Wide tail = Precise.LONG.exp(number(-700));
    assertEquals(Math.exp(-700), Precise.LONG.log(tail.plus(Wide.ONE, Precise.LONG.digits())).doubleValue(), 1e-15 * Math.exp(-700));
  }
}
