package dev.nngen.bench;

/**
 * How parameters are updated. The rates are so small that the work stays the same however long it is measured: no gradient
 * dies away, and no peer runs into subnormal numbers.
 */
public enum Optimiser {
  SGD(1e-5),
  MOMENTUM(1e-6),
  ADAM(1e-9),
  ADAMW(1e-9);

  /** Adam's usual constants. */
  public static final double BETA1 = 0.9;
  public static final double BETA2 = 0.999;
  public static final double EPSILON = 1e-8;

  /** Of momentum, and AdamW's decay of weights. */
  public static final double BETA = 0.9;
  public static final double DECAY = 0.01;

  private final double rate;

  Optimiser(double rate) {
    this.rate = rate;
  }

  public double rate() {
    return rate;
  }
}
