package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;

/** Thrown for an error in the model or the data; the diagnostic says what is wrong, where, and what to do. */
public final class DataException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Diagnostic diagnostic;

  public DataException(Diagnostic diagnostic) {
    super(diagnostic.message());
    this.diagnostic = diagnostic;
  }

  /** Returns an error without a place in a text. */
  public static DataException of(ErrorCode code, String message) {
    return new DataException(Diagnostic.withoutPlace(code, message));
  }

  /** Returns the error with a line of advice. */
  public DataException help(String text) {
    return new DataException(diagnostic.help(text));
  }

  public Diagnostic diagnostic() {
    return diagnostic;
  }
}
