package dev.nngen.ir.special;

/** The distribution function of the standard normal distribution. */
public final class Normcdf {

  private Normcdf() {}

  /**
   * The distribution function of the standard normal distribution, (1 + erf(x / sqrt(2))) / 2, to the smallest numbers: exp(-x^2/2) times
   * a quotient of polynomials outside of -0.7 to 0.7. The error is below 6 units in the last place.
   */
  public static double normcdf(double x) {
    if (x * x <= 0.5) {
      final double t = x * x;
      final double p = 0.3989422804014327 + t * (0.02395186065500285 + t * (0.0039321560107232435 + t * (7.017884065747135e-05
          + t * (4.141460118994762e-06 + t * -4.218848640983775e-09))));
      final double q = 1 + t * (0.2267050778145186 + t * (0.02264063307249222 + t * (0.001257914642515723
          + t * (3.93833562832451e-05 + t * 5.649964254032532e-07))));
      return 0.5 + x * (p / q);
    }
    final double a = Math.abs(x);
    final double tail = a < 39 ? normalTail(a) : Double.isNaN(x) ? x : 0;
    return x < 0 ? tail : 1 - tail;
  }

  /** The distribution function at -a. The square is split, since an error of it would grow with a^2 (Cody, 1969). */
  private static double normalTail(double a) {
    final double near = Math.floor(16 * a) / 16;
    final double exponential = Math.exp(-0.5 * near * near) * Math.exp(-0.5 * (a - near) * (a + near));
    if (a < 2.5) {
      final double p = 0.500000000000765 + a * (0.49323963519325115 + a * (0.24713525371766112 + a * (0.0739232076868335
          + a * (0.013751764180399202 + a * (0.001496178488185137 + a * (7.472489255658559e-05 + a * -1.5383310243626857e-10))))));
      final double q = 1 + a * (1.7843638312109824 + a * (1.4179868590703713 + a * (0.6530158429030498 + a * (0.1891134733658147
          + a * (0.03465192586519791 + a * (0.003750762318342861 + a * 0.00018728987874840514))))));
      return exponential * (p / q);
    }
    if (a < 6) {
      final double p = 0.5000002297446557 + a * (0.5890370407921978 + a * (0.3410607026592363 + a * (0.11948677252860203
          + a * (0.026552366124828555 + a * (0.003578744736079159 + a * (0.00023845358399042691
          + a * -1.4811977907179207e-12))))));
      final double q = 1 + a * (1.9759613625644528 + a * (1.7587025869056323 + a * (0.9202109695585573 + a * (0.30848434040326644
          + a * (0.06715434618635356 + a * (0.008970594249256131 + a * 0.0005977141962279309))))));
      return exponential * (p / q);
    }
    final double u = 1 / (a * a);
    final double p = 1 + u * (51.11456713047629 + u * (865.4873525188784 + u * (5758.528496620874 + u * (13576.327992470298
        + u * (6517.564984403 + u * -829.1474143273766)))));
    final double q = 1 + u * (52.11456713047628 + u * (914.6019196493679 + u * (6531.786714869373 + u * (18041.027458960772
        + u * 14155.230694667329))));
    return exponential * (p / q) * 0.3989422804014327 / a;
  }
}
