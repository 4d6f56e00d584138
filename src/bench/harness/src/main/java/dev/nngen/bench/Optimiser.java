package dev.nngen.bench;

/**
 * How parameters are updated. The rates are so small that the work stays the same however long it is measured: no gradient
 * dies away, and no peer runs into subnormal numbers.
 */
public enum Optimiser {
  SGD(1e-5),
  ADAM(1e-9);

  /** Adam's usual constants. */
  public static final double BETA1 = 0.9;
  public static final double BETA2 = 0.999;
  public static final double EPSILON = 1e-8;

  private final double rate;

  Optimiser(double rate) {
    this.rate = rate;
  }

  public double rate() {
    return rate;
  }
}
