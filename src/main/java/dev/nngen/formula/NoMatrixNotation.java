package dev.nngen.formula;

/** Signals that a value cannot be written with matrices. It is then written per entry. */
final class NoMatrixNotation extends RuntimeException {

  private static final long serialVersionUID = 1;

  NoMatrixNotation(String reason) {
    super(reason, null, false, false);
  }
}
