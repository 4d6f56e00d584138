package dev.nngen.ide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions of an editor. A bar in a text is the position of the cursor. */
class IdeTest {

  private static final String NET = """
      // Twice.
      fn twice(z) = 2 * z;
      size h = 4;
      model Net {
        input X[3];
        target Y[1];
        H = dense(X, h, tanh);
        P = dense(H, 1) |> sigmoid;
        S = sum[k] H[k];
        minimize J = mean(logloss(P, Y));
        train adam(rate = 1e-3);
        prove grad(J, W_H) == grad(J, W_H);
      }
      """;

  private static Analysis analysis(String text) {
    return new Analysis(new Source("a.nn", text.replace("¦", "")), SourceLoader.NONE);
  }

  private static int cursor(String text) {
    return text.indexOf('¦');
  }

  /** The text with the cursor before the nth occurrence of a word. */
  private static int at(String text, String word, int occurrence) {
    int at = -1;
    for (int k = 0; k < occurrence; k++) {
      at = text.indexOf(word, at + 1);
    }
    return at;
  }

  @Test
  void hoverKnowsShapesRangesGradientsAndRules() {
    Analysis net = analysis(NET);
    int p = at(NET, "P = ", 1);
    assertEquals("**value** `P`: 1 × m\n\n```nngen\nP = dense(H, 1) |> sigmoid;\n```", Hover.quick(net, p).orElseThrow());
    String derived = Hover.derived(net, at(NET, "H = ", 1)).orElseThrow();
    assertTrue(derived.contains("in (-1, 1)") || derived.contains("in [-1, 1]"), derived);
    assertTrue(derived.contains("∂J/∂H = W_Pᵀ ") || derived.contains("dJ/dH = "), derived);
    assertTrue(derived.contains("// chain rule"), derived);
    assertTrue(Hover.quick(net, at(NET, "dense", 1)).orElseThrow().contains("layer dense(X, units, f = identity)"));
    assertTrue(Hover.quick(net, at(NET, "dense", 1)).orElseThrow().contains("Fully connected layer"));
    assertEquals("```nngen\nfunction twice(z)\n```\n\nTwice.", Hover.quick(net, at(NET, "twice", 1)).orElseThrow());
    assertTrue(Hover.quick(net, at(NET, "minimize", 1)).orElseThrow().startsWith("The loss, "));
    assertTrue(Hover.quick(net, at(NET, "W_H", 1)).orElseThrow().startsWith("**value of a layer** `W_H`: 4 × 3"));
    assertEquals(Optional.empty(), Hover.quick(net, at(NET, "// T", 1)));
  }

  @ParameterizedTest
  @CsvSource({"'H, 1)', 'H = dense'", "h, h = 4", "W_H, 'H = dense'", "k] H, k] H", "'Y));', Y[1]"})
  void definitionsAreFound(String use, String definition) {
    int from = use.equals("h") ? at(NET, "h, tanh", 1) : NET.indexOf(use);
    assertEquals(NET.indexOf(definition), Definitions.find(analysis(NET), SourceLoader.NONE, from).orElseThrow().start());
  }

  @Test
  void definitionsOfTheLibraryAreInItsFiles() {
    var place = Definitions.find(analysis(NET), SourceLoader.NONE, at(NET, "dense", 1)).orElseThrow();
    assertEquals("library/layers.nn", place.source().name());
    assertEquals("dense", place.text());
  }

  private static List<String> labels(String text) {
    return Completion.at(analysis(text), cursor(text)).stream().map(Completion.Proposal::label).toList();
  }

  @Test
  void completionFitsThePlace() {
    assertTrue(labels("¦").containsAll(List.of("model", "layer", "import")));
    assertFalse(labels("¦").contains("minimize"));
    String model = "model M {\n input X[3];\n H = tanh(X);\n %s }";
    assertTrue(labels(model.formatted("mini¦")).containsAll(List.of("minimize", "param", "H")));
    assertTrue(labels(model.formatted("A = ¦")).containsAll(List.of("X", "H", "dense", "relu", "sum")));
    assertFalse(labels(model.formatted("A = ¦")).contains("adam"));
    assertTrue(labels(model.formatted("A = dense(X, ¦)")).containsAll(List.of("units", "f", "tanh")));
    assertTrue(labels(model.formatted("train ¦")).contains("adam"));
    assertFalse(labels(model.formatted("train ¦")).contains("dense"));
    assertTrue(labels(model.formatted("param W[3, 3] = ¦")).contains("glorot"));
    assertTrue(labels(model.formatted("minimize J = mean(cross¦")).contains("crossentropy"));
    assertTrue(labels(model.formatted("A = sum[k] H[¦")).contains("H"));
    assertEquals(List.of(), labels(model.formatted("// no¦\n")));
  }

  @Test
  void signaturesKnowTheArgument() {
    String model = "model M { input X[3]; H = %s }";
    for (String[] call : new String[][] {{"dense(¦", "0"}, {"dense(X, ¦4)", "1"}, {"dense(X, 4, f = ¦)", "2"}, {"X |> dense(¦4)", "1"}, {"dense(tanh(X), (1 + 2), ¦", "2"}}) {
      String text = model.formatted(call[0]);
      Completion.Call found = Completion.call(analysis(text), cursor(text)).orElseThrow();
      assertEquals("dense " + call[1], found.callable().name() + " " + found.argument(), text);
    }
    assertEquals(Optional.empty(), Completion.call(analysis(model.formatted("¦")), cursor(model.formatted("¦"))));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "A = tahn(X);                    | A = tanh(X);",
      "A = dense(X, unit = 3);         | A = dense(X, units = 3);",
      "A = tanh(X)                     | A = tanh(X);",
      "A = X ** 2;                     | A = X .^ 2;",
      "minimze J = sum(X);            | minimize J = sum(X);",
      "update s = 1;                   | state s = 0;",
  })
  void fixesAreWhatTheHelpSays(String wrong, String right) {
    String text = "model M {\n  input X[3];\n  output X;\n  " + wrong + "\n}\n";
    Analysis faulty = analysis(text);
    assertFalse(faulty.diagnostics().isEmpty());
    List<String> fixed = faulty.diagnostics().stream().flatMap(diagnostic -> QuickFixes.of(faulty, diagnostic).stream())
        .map(fix -> text.substring(0, fix.span().start()) + fix.replacement() + text.substring(fix.span().end())).toList();
    assertTrue(fixed.stream().anyMatch(other -> other.contains(right)), () -> faulty.diagnostics() + "\n" + fixed);
    fixed.forEach(other -> assertTrue(analysis(other).diagnostics().size() < faulty.diagnostics().size() || faulty.syntaxFaults() > 0, other));
  }

  /** A refuted claim has what holds in its help. */
  @Test
  void claimsAreMended() {
    Analysis faulty = analysis(NET.replace("grad(J, W_H);", "2 * grad(J, W_H);").replace("prove grad(J, W_H) == 2 * grad(J, W_H)", "prove grad(J, P) == P"));
    Diagnostic refuted = faulty.allDiagnostics().stream().filter(diagnostic -> diagnostic.code().code.equals("E160")).findFirst().orElseThrow();
    List<QuickFixes.Fix> fixes = QuickFixes.of(faulty, refuted);
    assertEquals(1, fixes.size(), refuted.help().toString());
    assertTrue(fixes.get(0).replacement().startsWith("prove grad(J, P) == "), fixes.toString());
  }

  @Test
  void symbolsAreAnOutline() {
    List<Symbols.Symbol> symbols = Symbols.of(analysis(NET));
    assertEquals(List.of("fn twice", "size h", "model Net"), symbols.stream().map(symbol -> symbol.kind() + " " + symbol.name()).toList());
    assertEquals(List.of("X", "Y", "H", "P", "S", "J"), symbols.get(2).children().stream().map(Symbols.Symbol::name).toList());
  }
}
