package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;

/** The model or the data is at fault, and the diagnostic tells what is wrong, where, and what may help. */
public final class Fault extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Diagnostic diagnostic;

  public Fault(Diagnostic diagnostic) {
    super(diagnostic.message());
    this.diagnostic = diagnostic;
  }

  /** A fault at no place in a text. */
  public static Fault of(ErrorCode code, String message) {
    return new Fault(Diagnostic.withoutPlace(code, message));
  }

  /** The same with a line of advice. */
  public Fault help(String text) {
    return new Fault(diagnostic.help(text));
  }

  public Diagnostic diagnostic() {
    return diagnostic;
  }
}
