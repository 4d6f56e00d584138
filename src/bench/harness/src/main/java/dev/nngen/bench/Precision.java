package dev.nngen.bench;

/** The width of all numbers of a training step. */
public enum Precision {
  F32,
  F64;

  /** The label on the command line and in results: f32 or f64. */
  public String label() {
    return this == F32 ? "f32" : "f64";
  }

  /** The precision with that label. */
  public static Precision of(String label) {
    return valueOf(label.toUpperCase(java.util.Locale.ROOT));
  }
}
