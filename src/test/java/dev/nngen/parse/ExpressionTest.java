package dev.nngen.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Precedence and tokens, shown by putting every operation in parentheses. */
class ExpressionTest {

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      // precedence, as in MATLAB
      "-a^2; -[a ^ 2]", "-a*b; [-a * b]", "2^-1*x; [[2 ^ -1] * x]", "a^-b^c; [[a ^ -b] ^ c]", "a^b^c; [[a ^ b] ^ c]",
      "a-b-c; [[a - b] - c]", "a/b*c; [[a / b] * c]", "a+b*c'; [a + [b * c']]", "a*b'^2; [a * [b' ^ 2]]", "a''; a''",
      "!a && b || c; [[!a && b] || c]", "a + b < c && d == e; [[[a + b] < c] && [d == e]]",
      // tokens
      "1./x; [1 ./ x]", "2.*x; [2 .* x]", "2.^x; [2 .^ x]", "1.5.*x; [1.5 .* x]", ".5*x; [.5 * x]", "1e-3; 1e-3", "1.e; [1 ? e]",
      "a.*b'./c; [[a .* b'] ./ c]",
      // calls and pipes
      "x |> f(1) |> g; x |> f(1) |> g()", "f(x, n = 2)(3); error", "f(a = b, c == d); f(a=b,[c == d])", "a + b |> f; [a + b] |> f()"})
  void readsAs(String text, String shape) {
    Diagnostics diagnostics = new Diagnostics();
    var file = NnParser.parse(new Source("expression.nn", "fn f() = " + text + ";"), diagnostics);
    boolean wrong = shape.equals("error") || shape.contains("?");
    assertEquals(wrong, diagnostics.hasErrors(), () -> diagnostics.sorted().toString());
    if (!wrong) {
      assertEquals(shape, shape(((Item.FunctionItem) file.items().get(0)).body()));
    }
  }

  @ParameterizedTest
  @CsvSource({"(a + b) * c, (a + b) * c", "(a)', (a)'", "((a))^(b), ((a))^(b)", "-(a), -(a)", "(a) |> f(b), (a) |> f(b)"})
  void spansCoverTheParenthesesOfOperands(String text, String span) {
    var file = NnParser.parse(new Source("span.nn", "/* \uD83D\uDE00 */ fn f() = " + text + ";"), new Diagnostics());
    assertEquals(span, ((Item.FunctionItem) file.items().get(0)).body().span().text());
  }

  @ParameterizedTest
  @CsvSource({"input", "target", "where", "loss", "init", "optimizer", "size", "samples", "precision", "minimize", "output", "train",
      "prove", "param", "state", "domain", "rate", "inf", "t"})
  void wordsThatBeginStatementsAreNamesToo(String word) {
    Diagnostics diagnostics = new Diagnostics();
    String text = "fn f(W) = W + W(W) * 2; model W { input W[W]; W = W - 1 |> W; param W = W; minimize W = W(W = W); prove W == W; }";
    NnParser.parse(new Source("words.nn", text.replace("W", word)), diagnostics);
    assertTrue(diagnostics.isEmpty(), () -> diagnostics.sorted().toString());
  }

  private static String shape(Expr expr) {
    if (expr instanceof Expr.Literal e) {
      return e.text();
    } else if (expr instanceof Expr.Name e) {
      return e.name();
    } else if (expr instanceof Expr.Unary e) {
      return e.op().symbol + shape(e.operand());
    } else if (expr instanceof Expr.Binary e) {
      return "[" + shape(e.left()) + " " + e.op().symbol + " " + shape(e.right()) + "]";
    } else if (expr instanceof Expr.Transpose e) {
      return shape(e.operand()) + "'";
    } else if (expr instanceof Expr.Pipe e) {
      return shape(e.value()) + " |> " + shape(e.call());
    }
    Expr.Call call = (Expr.Call) expr;
    return call.callee().name() + call.arguments().stream()
        .map(a -> a.name().map(name -> name.name() + "=").orElse("") + shape(a.value())).collect(Collectors.joining(",", "(", ")"));
  }
}
