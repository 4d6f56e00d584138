package dev.nngen.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * {@code digits * 10^exponent}. A {@link BigDecimal} has exponents up to 2^31 only, which e^z leaves for the largest doubles; the
 * exponent here is 0 for what lies within 10^±{@value #MODERATE}, and else such that the digits lie in [0.1, 1).
 */
record Wide(BigDecimal digits, BigInteger exponent) implements Comparable<Wide> {

  static final Wide ZERO = new Wide(BigDecimal.ZERO, BigInteger.ZERO);
  static final Wide ONE = of(BigDecimal.ONE);

  private static final int MODERATE = 100_000_000;
  /** Summands that differ by more orders of magnitude than any precision has digits. */
  private static final BigInteger APART = BigInteger.valueOf(2000);

  Wide {
    BigInteger magnitude = exponent.add(BigInteger.valueOf((long) digits.precision() - digits.scale()));
    if (digits.signum() == 0) {
      exponent = BigInteger.ZERO;
    } else if (magnitude.bitLength() < 63 && Math.abs(magnitude.longValue()) < MODERATE) {
      digits = digits.scaleByPowerOfTen(exponent.intValueExact());
      exponent = BigInteger.ZERO;
    } else {
      digits = digits.scaleByPowerOfTen(digits.scale() - digits.precision());
      exponent = magnitude;
    }
  }

  static Wide of(BigDecimal value) {
    return new Wide(value, BigInteger.ZERO);
  }

  static Wide of(long value) {
    return of(BigDecimal.valueOf(value));
  }

  /** The power of ten just above the number. */
  BigInteger magnitude() {
    return exponent.add(BigInteger.valueOf((long) digits.precision() - digits.scale()));
  }

  /** In [0.1, 1), or the negative of that. */
  BigDecimal mantissa() {
    return digits.scaleByPowerOfTen(digits.scale() - digits.precision());
  }

  /** True of what is too large for a {@link BigDecimal}. */
  boolean isBeyondDecimals() {
    return exponent.signum() > 0 && exponent.bitLength() > 30;
  }

  /** As a plain decimal, 0 where the number is too small for one; ArithmeticException where it is too large. */
  BigDecimal decimal() {
    return exponent.signum() < 0 && exponent.bitLength() > 30 ? BigDecimal.ZERO : digits.scaleByPowerOfTen(exponent.intValueExact());
  }

  /** The nearest double, which may be infinite or zero. */
  double doubleValue() {
    if (exponent.signum() == 0) {
      return digits.doubleValue();
    }
    return Math.copySign(exponent.signum() > 0 ? Double.POSITIVE_INFINITY : 0, digits.signum());
  }

  int signum() {
    return digits.signum();
  }

  Wide negate() {
    return new Wide(digits.negate(), exponent);
  }

  Wide abs() {
    return new Wide(digits.abs(), exponent);
  }

  Wide plus(Wide other, MathContext digits) {
    if (signum() == 0 || other.signum() == 0) {
      return signum() == 0 ? other : this;
    }
    BigInteger apart = magnitude().subtract(other.magnitude());
    if (apart.abs().compareTo(APART) > 0) {
      return apart.signum() > 0 ? this : other;
    }
    BigDecimal aligned = other.digits.scaleByPowerOfTen(other.exponent.subtract(exponent).intValueExact());
    return new Wide(this.digits.add(aligned, digits), exponent);
  }

  Wide times(Wide other, MathContext digits) {
    return new Wide(this.digits.multiply(other.digits, digits), exponent.add(other.exponent));
  }

  /** ArithmeticException where the other is zero. */
  Wide over(Wide other, MathContext digits) {
    return new Wide(this.digits.divide(other.digits, digits), exponent.subtract(other.exponent));
  }

  Wide power(int n, MathContext digits) {
    return signum() == 0 ? n == 0 ? ONE : this
        : new Wide(mantissa().pow(n, digits), magnitude().multiply(BigInteger.valueOf(n)));
  }

  @Override
  public int compareTo(Wide other) {
    return plus(other.negate(), MathContext.UNLIMITED).signum();
  }
}
