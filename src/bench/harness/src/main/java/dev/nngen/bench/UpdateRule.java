package dev.nngen.bench;

/**
 * How parameters are updated. The rates are so small that the work does not change during the measurement: no gradient
 * vanishes, and no number becomes subnormal.
 */
public enum UpdateRule {
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

  UpdateRule(double rate) {
    this.rate = rate;
  }

  public double rate() {
    return rate;
  }
}
