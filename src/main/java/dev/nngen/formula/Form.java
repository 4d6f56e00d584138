package dev.nngen.formula;

/** The notations of values. */
public enum Form {
  /** Matrices: {@code dJ/dW = (1/m) * E * A'}. */
  MATRIX(false, false),
  /** Per entry: {@code dJ/dW_ij = (1/m) sum_c E_ic A_jc}. */
  INDEX(true, false),
  /** Matrices and vectors of a single sample, in lower case: {@code dJ/dW = e * a'}. */
  SAMPLE(false, true),
  /** Per entry and for a single sample: {@code dJ/dW_ij = e_i a_j}. */
  UNIT(true, true);

  private final boolean perEntry;
  private final boolean oneSample;

  Form(boolean perEntry, boolean oneSample) {
    this.perEntry = perEntry;
    this.oneSample = oneSample;
  }

  public boolean isPerEntry() {
    return perEntry;
  }

  public boolean isOneSample() {
    return oneSample;
  }

  /** Returns the same form with matrices in place of entries. */
  public Form ofMatrices() {
    return oneSample ? SAMPLE : MATRIX;
  }
}
