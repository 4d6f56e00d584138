package dev.nngen.codegen;

import java.util.List;

/** Text for comments. Nothing that the user wrote may end a comment or smuggle in code. */
final class Documentation {

  private Documentation() {}

  /** Plain text made safe for a comment: no escapes of Java, no end of comment, no tags. */
  static String safe(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints().forEach(c -> {
      if (c == '\\') {
        result.append("&#92;");
      } else if (c == '*' && result.length() > 0 && result.charAt(result.length() - 1) == '/') {
        result.append("&#42;");
      } else if (c == '/' && result.length() > 0 && result.charAt(result.length() - 1) == '*') {
        result.append("&#47;");
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
          || Character.getType(c) == Character.LINE_SEPARATOR || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
        result.append(' ');
      } else {
        result.appendCodePoint(c);
      }
    });
    return result.toString();
  }

  /** Formulas as Javadoc, each in a line of its own. */
  static String formulas(List<String> formulas) {
    if (formulas.size() == 1 && formulas.get(0).length() < 90) {
      return "{@code " + code(formulas.get(0)) + "}\n";
    }
    StringBuilder text = new StringBuilder("<pre>{@code\n");
    formulas.forEach(formula -> text.append(code(formula)).append('\n'));
    return text.append("}</pre>\n").toString();
  }

  /** Braces inside {@code @code} must balance, so they become brackets. */
  private static String code(String formula) {
    return safe(formula.replace('{', '[').replace('}', ']').replace('@', ' '));
  }
}
