package dev.nngen.diag;

/** How bad a diagnostic is. Errors stop the compiler after the stage that found them. */
public enum Severity {
  ERROR("error"), WARNING("warning");

  public final String word;

  Severity(String word) {
    this.word = word;
  }
}
