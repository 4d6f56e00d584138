package dev.nngen.codegen;

import java.util.List;

/** Escapes text for comments. The user's text cannot end a comment or inject code. */
final class Documentation {

  private Documentation() {}

  /** Returns plain text that is safe in a comment: without Java escapes, ends of comments and tags. */
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

  /** Returns formulas as Javadoc, one per line. */
  static String formulas(List<String> formulas) {
    if (formulas.size() == 1 && formulas.get(0).length() < 90) {
      return "{@code " + code(formulas.get(0)) + "}\n";
    }
    StringBuilder text = new StringBuilder("<pre>{@code\n");
    formulas.forEach(formula -> text.append(code(formula)).append('\n'));
    return text.append("}</pre>\n").toString();
  }

  /** Replaces unbalanced braces inside {@code @code} by brackets. */
  private static String code(String formula) {
    return safe(formula.replace('{', '[').replace('}', ']').replace('@', ' '));
  }
}
