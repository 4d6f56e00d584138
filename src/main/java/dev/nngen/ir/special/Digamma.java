package dev.nngen.ir.special;

/** The derivative of the logarithm of the gamma function. */
public final class Digamma {

  private Digamma() {}

  /**
   * The derivative of the logarithm of the gamma function for positive numbers, NaN below 0 (DLMF 5.2.2): x less its zero, in two parts, times
   * a quotient of polynomials from 1 to 2; the recurrence below and above; the asymptotic series (DLMF 5.11.2) from 10 on. The error is
   * below 6 units in the last place.
   */
  public static double digamma(double x) {
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return x == 0 ? Double.NEGATIVE_INFINITY : x > 0 ? x : Double.NaN;
    }
    if (x >= 10) {
      final double r = 1 / x;
      final double s = r * r;
      final double series = s * (0.08333333333333333 + s * (-0.008333333333333333 + s * (0.003968253968253968
          + s * (-0.004166666666666667 + s * (0.007575757575757576 + s * (-0.021092796092796094 + s * (0.08333333333333333
          + s * -0.4432598039215686)))))));
      return Math.log(x) - (0.5 * r + series);
    }
    double y = x;
    double sum = 0;
    while (y >= 2) {
      y -= 1;
      sum += 1 / y;
    }
    final boolean isBelow = y < 1;
    final double z = isBelow ? y : y - 1;
    final double p = 1.2503801375034054 + z * (1.8675925104074453 + z * (0.9711327526262392 + z * (0.21631407251432455
        + z * (0.01996408274151926 + z * (0.0005811135063985677 + z * 1.0894678528383955e-06)))));
    final double q = 1 + z * (2.1771665986671342 + z * (1.6630736963665909 + z * (0.5710455727133128 + z * (0.09111902253303285
        + z * (0.006100975692434821 + z * 0.00012043151172286901)))));
    final double fromZero = (isBelow ? z - 0.46163214496836225 : y - 1.4616321449683622) - 9.549995429965697e-17;
    return fromZero * (p / q) + (isBelow ? -1 / y : sum);
  }
}
