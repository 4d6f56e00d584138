package dev.nngen.ir;

/** The error function for the reference interpreter. */
final class ErrorFunction {

  private ErrorFunction() {}

  /**
   * erf(x) by its series (DLMF 7.6.2, all terms positive) below 3, and by the continued fraction of erfc (DLMF 7.9.2)
   * above; the relative error is below 1e-15.
   */
  static double erf(double x) {
    double a = Math.abs(x);
    double result = Double.isNaN(x) ? x : a < 3 ? series(a) : a > 6 ? 1 : 1 - continuedFraction(a);
    return Math.copySign(result, x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  private static double continuedFraction(double x) {
    double fraction = x;
    for (int n = 60; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
