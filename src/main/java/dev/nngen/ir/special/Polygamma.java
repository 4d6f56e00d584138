package dev.nngen.ir.special;

import static dev.nngen.ir.special.Digamma.digamma;

/** The derivatives of the digamma function. */
public final class Polygamma {

  private Polygamma() {}

  /**
   * The n-th derivative of the digamma function for positive x, NaN below 0 and for n that is not a whole number from 0 on (DLMF 5.15):
   * (-1)^(n+1) n! times the sum of 1/(x + k)^(n+1), whose rest is that of the Euler-Maclaurin formula (DLMF 2.10.1). The error is below
   * 16 units in the last place for n up to 20.
   */
  public static double polygamma(double n, double x) {
    if (!(n >= 1) || n != Math.rint(n)) {
      return n == 0 ? digamma(x) : Double.NaN;
    }
    final double sign = n % 2 == 0 ? -1 : 1;
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return x == 0 ? sign * Double.POSITIVE_INFINITY : x > 0 ? 0 * sign : Double.NaN;
    }
    final boolean isSmall = x < 2 * n + 12;
    final double first = isSmall ? Math.pow(x, -n - 1) : 0;
    double y = isSmall ? x + 1 : x;
    double sum = 0;
    while (y < 2 * n + 12) {
      sum += n == 1 ? 1 / (y * y) : Math.pow(y, -n - 1);
      y += 1;
    }
    final double r = 1 / (y * y);
    final double series = (n + 1) * r * (0.08333333333333333 + (n + 2) * (n + 3) * r * (-0.001388888888888889
        + (n + 4) * (n + 5) * r * (3.306878306878307e-05 + (n + 6) * (n + 7) * r * (-8.267195767195768e-07
        + (n + 8) * (n + 9) * r * (2.08767569878681e-08 + (n + 10) * (n + 11) * r * (-5.284190138687493e-10
        + (n + 12) * (n + 13) * r * (1.3382536530684679e-11 + (n + 14) * (n + 15) * r * (-3.3896802963225827e-13
        + (n + 16) * (n + 17) * r * (8.586062056277845e-15 + (n + 18) * (n + 19) * r * -2.174868698558062e-16)))))))));
    double factorial = 1;
    for (int k = 2; k <= n && k < 200; k++) {
      factorial *= k;
    }
    final double half = Math.floor(n / 2);
    final double rest = factorial * Math.pow(y, -half) * Math.pow(y, half - n) * (1 / n + 0.5 / y + series);
    return sign * (factorial * first + (factorial * sum + rest));
  }
}
