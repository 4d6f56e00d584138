package dev.nngen.formula;

/** A value cannot be written with matrices of two axes; {@link MatrixNotation} then writes it per entry. */
final class NoMatrixNotation extends RuntimeException {

  private static final long serialVersionUID = 1;

  NoMatrixNotation(String reason) {
    super(reason, null, false, false);
  }
}
