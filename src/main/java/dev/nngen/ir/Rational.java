package dev.nngen.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * An exact fraction in lowest terms, with a positive denominator.
 *
 * @param numerator any integer
 * @param denominator positive, coprime to the numerator
 */
public record Rational(BigInteger numerator, BigInteger denominator) implements Comparable<Rational> {

  public static final Rational ZERO = of(0);
  public static final Rational ONE = of(1);
  public static final Rational MINUS_ONE = of(-1);
  public static final Rational TWO = of(2);
  public static final Rational HALF = of(1, 2);

  private static final int DOUBLE_BITS = 53;

  /** Reduces a fraction to lowest terms; ArithmeticException if the denominator is zero. */
  public Rational {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("a fraction with denominator zero");
    }
    BigInteger divisor = denominator.equals(BigInteger.ONE) ? BigInteger.ONE : numerator.gcd(denominator);
    if (denominator.signum() < 0) {
      divisor = divisor.negate();
    }
    if (!divisor.equals(BigInteger.ONE)) {
      numerator = numerator.divide(divisor);
      denominator = denominator.divide(divisor);
    }
  }

  public static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  public static Rational of(long numerator, long denominator) {
    return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
  }

  /** Returns the exact value of a decimal literal such as {@code 0.1} or {@code 1e-3}; NumberFormatException for other text. */
  public static Rational parse(String decimal) {
    BigDecimal value = new BigDecimal(decimal);
    return value.scale() <= 0
        ? new Rational(value.toBigIntegerExact(), BigInteger.ONE)
        : new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
  }

  /** Returns the value of the shortest decimal that denotes a double; NumberFormatException for infinities and NaN. */
  public static Rational decimal(double value) {
    return parse(Double.toString(value));
  }

  public Rational plus(Rational other) {
    if (isInteger() && other.isInteger()) {
      return new Rational(numerator.add(other.numerator), BigInteger.ONE);
    }
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  public Rational minus(Rational other) {
    return plus(other.negate());
  }

  public Rational times(Rational other) {
    if (isOne() || other.isOne()) {
      return isOne() ? other : this;
    }
    BigInteger product = numerator.multiply(other.numerator);
    return new Rational(product, isInteger() && other.isInteger() ? BigInteger.ONE : denominator.multiply(other.denominator));
  }

  /** Returns the quotient; ArithmeticException if {@code other} is zero. */
  public Rational over(Rational other) {
    return times(other.reciprocal());
  }

  public Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  public Rational abs() {
    return numerator.signum() < 0 ? negate() : this;
  }

  /** Returns the reciprocal; ArithmeticException if this is zero. */
  public Rational reciprocal() {
    return new Rational(denominator, numerator);
  }

  /** Returns an integer power; ArithmeticException for a negative power of zero. */
  public Rational power(int exponent) {
    if (exponent == 1) {
      return this;
    }
    return exponent < 0
        ? reciprocal().power(-exponent)
        : new Rational(numerator.pow(exponent), denominator.pow(exponent));
  }

  public int signum() {
    return numerator.signum();
  }

  public boolean isZero() {
    return numerator.signum() == 0;
  }

  public boolean isOne() {
    return isInteger() && numerator.equals(BigInteger.ONE);
  }

  public boolean isInteger() {
    return denominator.equals(BigInteger.ONE);
  }

  /** True if this is an integer of at most {@code bound} in absolute value. */
  public boolean isSmallInteger(int bound) {
    return isInteger() && numerator.abs().compareTo(BigInteger.valueOf(bound)) <= 0;
  }

  public int intValueExact() {
    if (!isInteger()) {
      throw new ArithmeticException(this + " is not an integer");
    }
    return numerator.intValueExact();
  }

  /** Returns the nearest double: the quotient of both parts if they are exact as doubles. */
  public double doubleValue() {
    if (numerator.bitLength() <= DOUBLE_BITS && denominator.bitLength() <= DOUBLE_BITS) {
      return (double) numerator.longValue() / denominator.longValue();
    }
    return new BigDecimal(numerator).divide(new BigDecimal(denominator), new MathContext(60, RoundingMode.HALF_EVEN))
        .doubleValue();
  }

  @Override
  public int compareTo(Rational other) {
    return denominator.equals(other.denominator) ? numerator.compareTo(other.numerator)
        : numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  /** Returns the text of a decimal fraction, or of a quotient if there is no finite one. */
  public String decimal() {
    try {
      return new BigDecimal(numerator).divide(new BigDecimal(denominator)).stripTrailingZeros().toString().replace("E+", "e").replace('E', 'e');
    } catch (ArithmeticException endless) {
      return toString();
    }
  }

  @Override
  public String toString() {
    return isInteger() ? numerator.toString() : numerator + "/" + denominator;
  }
}
