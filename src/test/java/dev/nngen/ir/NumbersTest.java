package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exact fractions and intervals. */
class NumbersTest {

  @Test
  void fractionsAreInLowestTermsWithAPositiveDenominator() {
    assertEquals("-2/3", Rational.of(4, -6).toString());
    assertEquals("0", Rational.of(0, -5).toString());
    assertEquals("3", Rational.of(-9, -3).toString());
    assertThrows(ArithmeticException.class, () -> Rational.of(1, 0));
  }

  @Test
  void arithmetic() {
    Rational a = Rational.of(1, 6);
    Rational b = Rational.of(-3, 4);
    assertEquals(Rational.of(-7, 12), a.plus(b));
    assertEquals(Rational.of(11, 12), a.minus(b));
    assertEquals(Rational.of(-1, 8), a.times(b));
    assertEquals(Rational.of(-2, 9), a.over(b));
    assertEquals(Rational.of(3, 4), b.abs());
    assertEquals(a, a.abs());
    assertEquals(Rational.of(9, 16), b.power(2));
    assertEquals(Rational.of(-64, 27), b.power(-3));
    assertEquals(Rational.ONE, b.power(0));
    assertThrows(ArithmeticException.class, Rational.ZERO::reciprocal);
    assertThrows(ArithmeticException.class, () -> Rational.ZERO.power(-1));
    assertTrue(a.compareTo(b) > 0 && b.compareTo(a) < 0 && a.compareTo(Rational.of(2, 12)) == 0);
    assertEquals(List.of(1, -1, 0), List.of(a.signum(), b.signum(), Rational.ZERO.signum()));
  }

  @Test
  void integers() {
    assertTrue(Rational.of(6, 3).isInteger() && !Rational.HALF.isInteger());
    assertTrue(Rational.of(-5).isSmallInteger(5));
    assertFalse(Rational.of(6).isSmallInteger(5));
    assertFalse(Rational.HALF.isSmallInteger(5));
    assertEquals(-5, Rational.of(-5).intValueExact());
    assertThrows(ArithmeticException.class, Rational.HALF::intValueExact);
    assertThrows(ArithmeticException.class, Rational.of(1L << 40)::intValueExact);
  }

  @Test
  void decimals() {
    assertEquals(Rational.of(1, 10), Rational.parse("0.1"));
    assertEquals(Rational.of(1200), Rational.parse("1.2e3"));
    assertEquals(Rational.of(-1, 400), Rational.parse("-2.5e-3"));
    assertThrows(NumberFormatException.class, () -> Rational.parse("x"));
  }

  @Test
  void theNearestDouble() {
    assertEquals(1 / 3.0, Rational.of(1, 3).doubleValue());
    assertEquals(0.1, Rational.parse("0.1").doubleValue());
    assertEquals(1e300, Rational.parse("1e300").doubleValue());
    assertEquals(1e-300, Rational.parse("1e-300").doubleValue());
    assertEquals(1 + 0x1p-52, new Rational(BigInteger.ONE.shiftLeft(60).add(BigInteger.ONE.shiftLeft(8)), BigInteger.ONE.shiftLeft(60)).doubleValue());
  }

  @Test
  void intervals() {
    assertEquals("[-1, 2.5]", Interval.closed(-1, 2.5).toString());
    assertEquals("(-inf, inf)", Interval.REALS.toString());
    assertEquals("[3, 3]", Interval.point(3).toString());
    assertEquals("(0, 1)", Interval.open(0, 1).toString());
    assertEquals("(0, 1]", Interval.open(0, 3).and(Interval.closed(-1, 1)).toString());
    assertEquals("(0, 1)", Interval.open(0, 1).and(Interval.closed(0, 1)).toString());
    assertEquals("(0, 1)", Interval.closed(0, 1).and(Interval.open(0, 1)).toString());
  }

  @Test
  void signsOfIntervals() {
    assertTrue(Interval.POSITIVE.isPositive() && Interval.POSITIVE.excludesZero() && Interval.POSITIVE.isNonNegative());
    assertTrue(Interval.NON_NEGATIVE.isNonNegative());
    assertFalse(Interval.NON_NEGATIVE.isPositive() || Interval.NON_NEGATIVE.excludesZero() || Interval.NON_NEGATIVE.isNegative());
    assertTrue(Interval.open(-1, 0).isNegative() && Interval.open(-1, 0).excludesZero());
    assertFalse(Interval.closed(-1, 0).isNegative());
    assertTrue(Interval.closed(-2, -1).isNegative());
    assertFalse(Interval.closed(-2, -1).isNonNegative());
  }

  @Test
  void membersOfIntervals() {
    Interval half = new Interval(0, true, 1, false);
    assertTrue(half.contains(1) && half.contains(0.5));
    assertFalse(half.contains(0) || half.contains(-1) || half.contains(1.5) || half.contains(Double.NaN));
    assertTrue(Interval.closed(0, 1).contains(0));
    assertFalse(Interval.open(0, 1).contains(1));
  }

  @Test
  void functionsOfNumbers() {
    assertEquals(3, Evaluator.power(9, Rational.HALF));
    assertEquals(0.25, Evaluator.power(4, Rational.MINUS_ONE));
    assertEquals(8, Evaluator.power(4, Rational.of(3, 2)), 1e-14);
    assertEquals(0.8427007929497149, Evaluator.apply(Fn.ERF, 1), 1e-15);
    assertEquals(-0.9999779095030014, Evaluator.apply(Fn.ERF, -3), 1e-15);
    assertEquals(1, Evaluator.apply(Fn.ERF, 7));
    assertTrue(Double.isNaN(Evaluator.apply(Fn.ERF, Double.NaN)));
    assertEquals(List.of(1.0, 0.0, 0.0), List.of(Evaluator.apply(Fn.GREATER, 2, 1), Evaluator.apply(Fn.GREATER, 1, 1),
        Evaluator.apply(Fn.GREATER, Double.NaN, 1)));
    assertEquals(List.of(1.0, 0.0), List.of(Evaluator.apply(Fn.AT_LEAST, 1, 1), Evaluator.apply(Fn.AT_LEAST, 0, 1)));
    assertEquals(List.of(1.0, 0.0), List.of(Evaluator.apply(Fn.EQUAL, 1, 1), Evaluator.apply(Fn.EQUAL, 0, 1)));
    assertEquals(List.of(5.0, 7.0), List.of(Evaluator.apply(Fn.WHERE, -2, 5, 7), Evaluator.apply(Fn.WHERE, 0, 5, 7)));
  }
}
