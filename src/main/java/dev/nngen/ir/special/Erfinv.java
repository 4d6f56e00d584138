package dev.nngen.ir.special;

/** The inverse of the error function. */
public final class Erfinv {

  private Erfinv() {}

  /**
   * The inverse of the error function from -1 to 1, NaN beyond: quotients of polynomials in 9/16 - x^2, and in sqrt(-log(1 - |x|)) from 3/4 on.
   * The error is below 8 units in the last place.
   */
  public static double erfinv(double x) {
    final double a = Math.abs(x);
    if (a <= 0.75) {
      final double t = 0.5625 - x * x;
      final double p = 1.0845597967968248 + t * (7.160921199707379 + t * (18.039487150473597 + t * (21.727106021614006
          + t * (12.832151510619875 + t * (3.408658782601145 + t * (0.31730417194039606 + t * 0.004629517836199464))))));
      final double q = 1 + t * (7.121354241112377 + t * (19.70783200731746 + t * (26.78300806716227 + t * (18.607684554381887
          + t * (6.247619308964538 + t * (0.8535064285470091 + t * 0.030108495873496597))))));
      return x * (p / q);
    }
    if (!(a < 1)) {
      return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, x) : Double.NaN;
    }
    final double w = Math.sqrt(-Math.log(1 - a));
    if (w < 2.5) {
      final double p = 3.506177584491628e-05 + w * (-0.00020602831070788756 + w * (0.885509930989696 + w * (2.463988522608105
          + w * (5.639148110736354 + w * (7.874469021089908 + w * (7.668934999617105 + w * (5.758909276894136
          + w * (1.3549463346778212 + w * 0.07037177080952968))))))));
      final double q = 1 + w * (2.7660883428788994 + w * (6.939568711490597 + w * (10.022043455531202 + w * (12.23330669749329
          + w * (9.507377044059417 + w * (5.917507051228014 + w * (1.3557477927481545 + w * 0.07036526083526319)))))));
      return Math.copySign(p / q, x);
    }
    final double p = 0.005956800095604255 + w * (-0.032507584938552464 + w * (0.9504833335972426 + w * (2.008927541285082
        + w * (3.1342573801523583 + w * (3.5621352046057986 + w * (1.131263272894859 + w * (0.10353924879743917
        + w * 0.00224284528926156)))))));
    final double q = 1 + w * (2.2696523328428175 + w * (4.327199042224878 + w * (4.476921069664385 + w * (3.7493202992418477
        + w * (1.13726554690508 + w * (0.10355048694846257 + w * 0.002242803729887395))))));
    return Math.copySign(p / q, x);
  }
}
