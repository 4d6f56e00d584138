package dev.nngen.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxErrorTest {

  private static String rendered(String text) {
    Diagnostics diagnostics = new Diagnostics();
    NnParser.parse(new Source("a.nn", text), diagnostics);
    return new DiagnosticRenderer(false).render(diagnostics);
  }

  /** Line, column and message of each diagnostic. */
  private static String brief(String text) {
    return rendered(text).lines().filter(line -> line.startsWith("a.nn:"))
        .map(line -> line.substring(5).replaceFirst("error\\[(E\\d+)]: ", "")).collect(Collectors.joining(" / "));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', quoteCharacter = '"', value = {
      "H = x # 1:18: expected `;` after this definition",
      "H = 2x; # 1:18: expected `;` after this definition, found `x`",
      "H = (a + b; # 1:23: expected `)`, found `;`",
      "H = f(a,); # 1:21: expected an expression, found `)`",
      "H = * 3; # 1:17: expected an expression, found `*`",
      "H = a < b < c; # 1:23: expected `;` after this definition, found `<`",
      "H = model; # 1:17: expected an expression, found `model`",
      "H = x |> 3; # 1:22: expected a name, found `3`",
      "H; # 1:14: expected `=` after `H`, found `;`",
      "3 = x; # 1:13: expected a statement, found `3`",
      "inptu X[3]; # 1:13: no statement begins with `inptu`",
      "input [3]; # 1:19: expected a name after `input`, found `[`",
      "input X[3 where X in [0, 1]; # 1:23: expected `]`, found `where`",
      "input X[3] where X; # 1:31: expected `==` or `in`, found `;`",
      "input X[3] where X in 3; # 1:35: expected an interval, found `3`",
      "param a, b; # 1:20: expected `;` after this parameter, found `,`",
      "prove a = b; # 1:21: expected `==`, found `=`",
      "samples = ; # 1:23: expected an expression, found `;`"})
  void saysWhatIsWrong(String statement, String message) {
    assertEquals(message, brief("model M {   " + statement + "\n}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', quoteCharacter = '"', value = {
      "} # 1:1: this `}` closes nothing",
      "modle M { x = 1; } # 1:1: expected a model, a function or an import, found `modle`",
      "model M { x = 1; # 1:17: expected `}`, found the end of the file",
      "model M { x = 1; fn f(x) = x; # 1:18: expected `}`, found `fn`",
      "import other.nn; # 1:1: an import is a path in double quotes",
      "model in { } # 1:7: expected a name, found `in`",
      "model = Sequential(); # 1:7: expected a name after `model`, found `=`",
      "fn f x = x; # 1:6: expected `(`, found `x`",
      "fn f(x) = x # 1:12: expected `;` after this function",
      "fn f(x) = x @ 2; # 1:13: the matrix product is written `*`, not `@`",
      "fn f(x) = \"x; # 1:11: this string is not closed on its line",
      "fn f(x) = x; /* open # 1:14: this comment is never closed"})
  void saysWhatIsWrongBetweenItems(String text, String message) {
    assertEquals(message, brief(text));
  }

  @Test
  void findsEveryIndependentFaultInOneRun() {
    String text = """
        model M {
          input X[3]
          H = (X;
          P = H * ;
          Q = P + 1;
        }
        fn f(x = x;
        fn g(x) = x
        model N {
          A = B C;
        """;
    assertEquals("2:13: expected `;` after this declaration / 3:9: expected `)`, found `;` / 4:11: expected an expression, found `;`"
        + " / 7:11: expected `)`, found `;` / 8:12: expected `;` after this function / 10:9: expected `;` after this definition,"
        + " found `C` / 10:11: expected `}`, found the end of the file", brief(text));
  }

  @Test
  void bracesInAStatementDoNotEndItsBlock() {
    assertEquals("2:38: expected an interval, found `{`",
        brief("model M {\n  input X[2]; target Y[1] where Y in {-1, 1};\n  H = dense(X, 16);\n}\n"));
  }

  @Test
  void keepsWhatIsSound() {
    SourceFile file = NnParser.parse(new Source("a.nn", "fn f(x) = ; fn g(x) = x; model M { A = ; B = 1; }"), new Diagnostics());
    assertEquals("fn g(x) = x;\n\nmodel M {\n  B = 1;\n}\n", AstPrinter.print(file));
  }

  @Test
  void drawsTheFaultAndWhatExplainsIt() {
    assertEquals("""
        a.nn:3:7: error[E005]: expected `)`, found `;`
            |
          2 |   H = f(X,
            |        - this `(` is not closed
          3 |     3 ;
            |       ^

        """, rendered("model M {\n  H = f(X,\n    3 ;\n}\n"));
  }
}
