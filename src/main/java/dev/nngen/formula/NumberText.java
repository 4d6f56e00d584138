package dev.nngen.formula;

import dev.nngen.ir.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Writes numbers: integers, halves as fractions, other finite decimals as decimals, all others as fractions. */
final class NumberText {

  private static final BigInteger FIVE = BigInteger.valueOf(5);
  private static final int LONGEST_PLAIN = 7;
  /** Largest exponent of a denominator that is a power of two. */
  private static final int LARGEST_POWER = 16;

  private NumberText() {}

  /** True if the number is written as a quotient of two integers: if it has no finite decimal, or is a binary fraction such as 1/2 or 1/8. */
  static boolean isFraction(Rational value) {
    return !value.isInteger() && (value.denominator().equals(BigInteger.TWO) || !terminates(value.denominator()) || isBinary(value));
  }

  /** True for a decimal of three digits or more whose denominator is a power of two. */
  private static boolean isBinary(Rational value) {
    int bits = value.denominator().bitLength() - 1;
    return value.denominator().bitCount() == 1 && bits > 2 && bits <= LARGEST_POWER && value.numerator().abs().bitLength() <= bits;
  }

  /** True for the largest numbers of both formats, which represent infinity for omitted entries of maxima. */
  static boolean isInfinite(Rational value) {
    double size = Math.abs(value.doubleValue());
    return size == Double.MAX_VALUE || size == Float.MAX_VALUE;
  }

  /** Returns the exact text of the number, a literal of the language, or {@code p/q} for a fraction. */
  static String text(Rational value) {
    if (isFraction(value)) {
      return value.toString();
    }
    BigDecimal decimal = new BigDecimal(value.numerator()).divide(new BigDecimal(value.denominator())).stripTrailingZeros();
    String plain = decimal.toPlainString();
    if (plain.length() <= LONGEST_PLAIN && !plain.startsWith("0.000") || decimal.precision() + 2 >= plain.length()) {
      return plain;
    }
    return scientific(decimal);
  }

  private static String scientific(BigDecimal decimal) {
    String digits = decimal.unscaledValue().toString();
    int exponent = -decimal.scale() + digits.length() - 1;
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + exponent;
  }

  private static boolean terminates(BigInteger denominator) {
    BigInteger rest = denominator.shiftRight(denominator.getLowestSetBit());
    while (rest.mod(FIVE).signum() == 0) {
      rest = rest.divide(FIVE);
    }
    return rest.equals(BigInteger.ONE);
  }
}
