package dev.nngen.model;

/** Initial entries of a parameter: {@code center + scale * u}, with random u according to {@code kind}. */
public record Initial(Kind kind, double center, double scale) {

  /** Distribution of u. */
  public enum Kind {
    /** No random number; the scale is 0. */
    CONSTANT,
    /** Uniform in [-1, 1). */
    UNIFORM,
    /** Standard normal. */
    NORMAL
  }

  static Initial constant(double value) {
    return new Initial(Kind.CONSTANT, value, 0);
  }
}
