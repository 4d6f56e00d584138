package dev.nngen.model;

/** How a parameter's entries start: {@code center + scale * u}, with u drawn as {@code kind} says. */
public record Initial(Kind kind, double center, double scale) {

  /** Where u comes from. */
  public enum Kind {
    /** There is no draw, and the scale is 0. */
    CONSTANT,
    /** From [-1, 1). */
    UNIFORM,
    /** From the standard normal distribution. */
    NORMAL
  }

  static Initial constant(double value) {
    return new Initial(Kind.CONSTANT, value, 0);
  }
}
