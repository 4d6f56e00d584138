package dev.nngen.ir.special;

/** The inverse hyperbolic tangent. */
public final class Atanh {

  private Atanh() {}

  /** The inverse hyperbolic tangent for x from -1 to 1, NaN beyond, after FDLIBM's e_atanh.c; the error is below 2 units in the last place. */
  public static double atanh(double x) {
    final double a = Math.abs(x);
    final double t = a + a;
    return Math.copySign(0.5 * Math.log1p(a < 0.5 ? t + t * a / (1 - a) : t / (1 - a)), x);
  }
}
