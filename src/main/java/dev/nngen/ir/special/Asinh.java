package dev.nngen.ir.special;

/** The inverse hyperbolic sine. */
public final class Asinh {

  private Asinh() {}

  /** The inverse hyperbolic sine, after FDLIBM's s_asinh.c; the error is below 2 units in the last place. */
  public static double asinh(double x) {
    final double a = Math.abs(x);
    if (!(a < 0x1p28)) {
      return Math.copySign(Math.log(a) + 0.6931471805599453, x);
    }
    final double s = a * a;
    return Math.copySign(a > 2 ? Math.log(2 * a + 1 / (Math.sqrt(s + 1) + a)) : Math.log1p(a + s / (1 + Math.sqrt(1 + s))), x);
  }
}
