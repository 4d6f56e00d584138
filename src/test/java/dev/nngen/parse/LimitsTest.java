package dev.nngen.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitsTest {

  private static List<ErrorCode> codes(String text) {
    Diagnostics diagnostics = new Diagnostics();
    NnParser.parse(new Source("a.nn", text), diagnostics);
    return diagnostics.sorted().stream().map(Diagnostic::code).toList();
  }

  private static String nested(String before, String after, int depth) {
    return "fn f(x) = " + before.repeat(depth) + "x" + after.repeat(depth) + ";";
  }

  @Test
  void parenthesesMayNestTwoHundredDeep() {
    assertEquals(List.of(), codes(nested("(", ")", Limits.NESTING - 1)));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested("(", ")", Limits.NESTING + 1)));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested("f(", ")", 100_000)));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested("[", "", 100_000)));
  }

  @Test
  void signsMayNestTwoHundredDeep() {
    assertEquals(List.of(), codes(nested("-", "", Limits.NESTING)));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested("-", "", 100_000)));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested("x^-", "", 100_000)));
  }

  @Test
  void statementsMayHaveFiveHundredOperators() {
    assertEquals(List.of(), codes(nested("x + ", "", Limits.OPERATORS)));
    for (String operator : List.of("x + ", "x^", "x |> f || x == x .* ", "x' - ")) {
      assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested(operator, "", Limits.OPERATORS + 1)), operator);
    }
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(nested("", "'", Limits.OPERATORS + 1)));
  }

  @Test
  void filesMayHaveOneMebibyte() {
    String comment = "// " + " ".repeat(Limits.FILE_BYTES - 4);
    assertEquals(List.of(), codes(comment + "\n"));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes(comment + " \n"));
    assertEquals(List.of(ErrorCode.TOO_LARGE), codes("//" + "\uD83D\uDE00".repeat(Limits.FILE_BYTES / 4)));
  }

  @Test
  void manyStatementsAreReadInLinearTime() {
    StringBuilder text = new StringBuilder("model M {\n");
    for (int k = 0; text.length() < 900_000; k++) {
      text.append("H").append(k).append(" = dense(X, 10) |> relu;\n");
    }
    assertTrue(codes(text.append("}").toString()).isEmpty());
  }
}
