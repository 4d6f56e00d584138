package dev.nngen.diag;

/** The severity of a diagnostic. Errors stop the compiler after the stage that reports them. */
public enum Severity {
  ERROR("error"), WARNING("warning");

  public final String word;

  Severity(String word) {
    this.word = word;
  }
}
