package dev.nngen.ir.special;

/** The inverse hyperbolic cosine. */
public final class Acosh {

  private Acosh() {}

  /** The inverse hyperbolic cosine for x of 1 and more, NaN below, after FDLIBM's e_acosh.c; the error is below 2 units in the last place. */
  public static double acosh(double x) {
    if (x > 0x1p28) {
      return Math.log(x) + 0.6931471805599453;
    }
    if (x < 1) {
      return Double.NaN;
    }
    final double t = x - 1;
    return x > 2 ? Math.log(2 * x - 1 / (x + Math.sqrt(x * x - 1))) : Math.log1p(t + Math.sqrt(2 * t + t * t));
  }
}
