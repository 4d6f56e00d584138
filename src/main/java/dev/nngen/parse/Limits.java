package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.antlr.v4.runtime.Token;

/** Checks limits of a text before parsing. Every stage visits expressions recursively; within these limits no stage runs out of stack. */
final class Limits {

  static final int FILE_BYTES = 1 << 20;
  static final int NESTING = 200;
  static final int OPERATORS = 500;

  private int nesting;
  private int signs;
  private int operators;

  private Limits() {}

  /** Whether the file is small enough. */
  static boolean admits(Source source, Diagnostics diagnostics) {
    if (source.text().length() <= FILE_BYTES / 4
        || source.text().getBytes(StandardCharsets.UTF_8).length <= FILE_BYTES) {
      return true;
    }
    diagnostics.report(Diagnostic.of(ErrorCode.TOO_LARGE, new Span(source, 0, 0), "the file is larger than 1 MiB"));
    return false;
  }

  /** Whether the nesting of brackets and signs, and the length of statements, are within the limits. */
  static boolean admits(List<Token> tokens, TokenSpans places, Diagnostics diagnostics) {
    Limits limits = new Limits();
    for (Token token : tokens) {
      String fault = limits.next(token.getText());
      if (fault != null) {
        diagnostics.report(Diagnostic.of(ErrorCode.TOO_LARGE, places.of(token), fault)
            .help("name a part of it in a separate definition"));
        return false;
      }
    }
    return true;
  }

  private String next(String token) {
    signs = token.equals("-") || token.equals("!") ? signs + 1 : 0;
    switch (token) {
      case "(", "[" -> nesting++;
      case ")", "]" -> nesting = Math.max(0, nesting - 1);
      case ";", "{", "}" -> {
        nesting = 0;
        operators = 0;
      }
      case "+", "-", "!", "*", "/", ".*", "./", "^", ".^", "'", "|>", "||", "&&" -> operators++;
      default -> { }
    }
    if (nesting > NESTING || signs > NESTING) {
      return "nested more than " + NESTING + " deep";
    }
    return operators > OPERATORS ? "more than " + OPERATORS + " operators in one statement" : null;
  }
}
