package dev.nngen.ir.special;

/** The logarithm of the gamma function. */
public final class Lgamma {

  private Lgamma() {}

  /**
   * The logarithm of the gamma function for positive numbers, NaN below 0 (DLMF 5.2.1): (x - 1) (x - 2) times a quotient of polynomials from
   * 1 to 3, which is exact near the zeros; the recurrence below and above; Stirling's series (DLMF 5.11.1) from 10 on. The error is below
   * 5 units in the last place.
   */
  public static double lgamma(double x) {
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return x == 0 ? Double.POSITIVE_INFINITY : x > 0 ? x : Double.NaN;
    }
    if (x >= 10) {
      final double r = 1 / x;
      final double s = r * r;
      final double series = r * (0.08333333333333333 + s * (-0.002777777777777778 + s * (7.936507936507937E-4 + s * (-5.952380952380953E-4
          + s * (8.417508417508417E-4 + s * (-0.0019175269175269176 + s * 0.00641025641025641))))));
      return (x - 0.5) * (Math.log(x) - 1) + (0.4189385332046727 + series);
    }
    if (x < 1) {
      return lgammaOnePlus(x) - Math.log(x);
    }
    double y = x;
    double product = 1;
    while (y >= 3) {
      y -= 1;
      product *= y;
    }
    return product == 1 ? lgammaOnePlus(y - 1) : Math.log(product) + lgammaOnePlus(y - 1);
  }

  /** The logarithm of the gamma function at 1 + z, from 0 to 2: quotients of polynomials that are off by less than 1e-17. */
  private static double lgammaOnePlus(double z) {
    if (z <= 1) {
      final double p = 0.5772156649015329 + z * (1.6820338260351562 + z * (1.8707344397470345 + z * (0.9930539511620571
          + z * (0.25669829592642 + z * (0.029220238177271075 + z * (0.0010806808353176355 + z * 2.9464583706502804e-06))))));
      final double q = 1 + z * (3.3389343216915495 + z * (4.390349291918918 + z * (2.8861913529065033 + z * (0.9950486887673503
          + z * (0.1724069213280993 + z * (0.01299531649521575 + z * 0.0002909818225875854))))));
      return z * (z - 1) * (p / q);
    }
    final double p = 0.5772156511073301 + z * (1.0435491053913104 + z * (0.6161951318114527 + z * (0.1354710838374398
        + z * (0.00921015683168013 + z * (6.07103327057432e-05 + z * -5.330667632974389e-07)))));
    final double q = 1 + z * (2.232788189195945 + z * (1.746931214079599 + z * (0.5751752584262575 + z * (0.0755455925862728
        + z * 0.00293144026738625))));
    return z * (z - 1) * (p / q);
  }
}
