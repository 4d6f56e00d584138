package dev.nngen.ir.special;

/** The logarithm to base 2. */
public final class Log2 {

  private Log2() {}

  /**
   * The logarithm to base 2, exact at powers of 2: the exponent is added to the logarithm of a mantissa between sqrt(1/2) and sqrt(2).
   * The error is below 2 units in the last place.
   */
  public static double log2(double x) {
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return Math.log(x);
    }
    final boolean isSubnormal = x < Double.MIN_NORMAL;
    final double normal = isSubnormal ? x * 0x1p54 : x;
    final int e = Math.getExponent(normal);
    final double mantissa = Math.scalb(normal, -e);
    final boolean isLarge = mantissa > 1.4142135623730951;
    final double log = Math.log(isLarge ? 0.5 * mantissa : mantissa);
    return log * 2.0355273740931033e-17 + log * 1.4426950408889634 + (e - (isSubnormal ? 54 : 0) + (isLarge ? 1 : 0));
  }
}
