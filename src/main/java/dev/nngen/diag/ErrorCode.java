package dev.nngen.diag;

/**
 * Every kind of diagnostic, in one place. Codes are part of what users see and never change their meaning: add new
 * ones, leave gaps where one goes.
 */
public enum ErrorCode {
  // Text and syntax
  UNREADABLE_FILE("E001", "a file cannot be read"),
  TOO_LARGE("E002", "a file, a nesting or a statement is beyond the limits"),
  STRAY_CHARACTER("E003", "a character that the language does not use"),
  UNTERMINATED("E004", "a string, a comment or a bracket that is never closed"),
  SYNTAX("E005", "the text does not follow the grammar"),
  IMPORT("E006", "an import that is not found, leaves the project's folder or leads back to itself"),
  INVALID_NAME("E007", "a name that cannot be a Java name");

  public final String code;
  public final String title;

  ErrorCode(String code, String title) {
    this.code = code;
    this.title = title;
  }

  /** Codes begin with E for errors and W for warnings. */
  public Severity severity() {
    return code.startsWith("W") ? Severity.WARNING : Severity.ERROR;
  }
}
