package dev.nngen.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the table of foreign spellings: exactly one error in the example, at its place, and a help that compiles. */
class ForeignSpellingsTest {

  /** A model in which the names of the examples are known; a statement of the example takes the place of one of its kind. */
  private static String model(String statement) {
    if (statement.startsWith("layer ")) {
      return statement + "\n" + model("A = two(X);");
    }
    if (statement.startsWith("import ") || statement.startsWith("from ") || statement.startsWith("fn ")) {
      return statement + "\n" + model("A = Z;");
    }
    StringBuilder model = new StringBuilder("model M {\n");
    for (String line : List.of("input X[4];", "target Y[1];", "target Y4[4];", "param W[4, 4];", "B0 = W * X;", "Z = W * X;", "P0 = dense(Z, 1) |> sigmoid;", "Z4 = dense(Z, 4);",
        "Z2 = dense(Z, 1);", "P = sigmoid(Z2) + 0 * colsum(Z4);", "minimize J = mean(squared(P, Y) + colsum(squared(Z4, Y4)) + P0);",
        "@", "train adam(rate = 1e-3);")) {
      String shown = line.equals("@") ? hasLoss(statement) ? "" : statement : line;
      boolean replaced = line.startsWith("minimize") && hasLoss(statement) || line.startsWith("train") && statement.matches("(train|optimi).*");
      model.append("  ").append(!replaced ? shown : line.startsWith("minimize") ? statement : "").append('\n');
    }
    return model.append("}\n").toString();
  }

  private static boolean hasLoss(String statement) {
    return statement.startsWith("minimize") || statement.startsWith("loss");
  }

  private static List<Diagnostic> diagnostics(String text) {
    Diagnostics diagnostics = new Diagnostics();
    var file = NnParser.parse(new Source("a.nn", text), diagnostics);
    if (!diagnostics.hasErrors()) {
      Models.resolve(file, SourceLoader.NONE, diagnostics);
    }
    return diagnostics.sorted().stream().filter(d -> d.severity().word.equals("error")).toList();
  }

  private static String rendered(List<Diagnostic> diagnostics) {
    StringBuilder text = new StringBuilder();
    diagnostics.forEach(d -> text.append(new DiagnosticRenderer(false).render(d)));
    return text.toString();
  }

  @TestFactory
  Stream<DynamicTest> everyExample() {
    return ForeignSpellingTable.habits().stream().flatMap(habit -> habit.examples().stream()
        .map(example -> DynamicTest.dynamicTest(example.wrong(), () -> check(habit, example))));
  }

  private static void check(ForeignSpelling habit, ForeignSpelling.Example example) {
    String wrong = model(example.wrong());
    List<Diagnostic> found = diagnostics(wrong);
    assertEquals(1, found.size(), rendered(found));
    Diagnostic only = found.get(0);
    int start = wrong.indexOf(example.wrong());
    assertTrue(only.span().orElseThrow().start() >= start && only.span().get().end() <= start + example.wrong().length(), rendered(found));
    assertEquals(1, only.help().size(), rendered(found));
    if (habit.kind() == ForeignSpelling.Kind.TEXT) {
      String said = habit.message().replaceAll("\\{}.*", "");
      assertTrue(only.message().startsWith(said), rendered(found));
    }
    if (!example.right().isEmpty()) {
      corrected(habit, example, only, rendered(found));
    } else {
      assertEquals(habit.help().replaceAll("\\{}.*", ""), only.help().get(0).replaceAll("\\{}.*", ""), rendered(found));
    }
  }

  /** The help shows the right statement or a part of it, and the right statement compiles. */
  private static void corrected(ForeignSpelling habit, ForeignSpelling.Example example, Diagnostic only, String rendered) {
    Matcher quoted = Pattern.compile("`([^`]+)`").matcher(only.help().get(0));
    assertTrue(quoted.find(), rendered);
    String shown = quoted.group(1);
    assertTrue(example.right().contains(shown) && (habit.kind() == ForeignSpelling.Kind.PARAMETER || shown.endsWith(";")), rendered);
    List<Diagnostic> left = diagnostics(model(example.right()));
    assertTrue(left.isEmpty(), rendered(left));
  }

  @Test
  void everyHabitHasAnExample() {
    for (ForeignSpelling habit : ForeignSpellingTable.habits()) {
      assertFalse(habit.examples().isEmpty(), habit.written() + " has no example");
      assertEquals(habit.kind() == ForeignSpelling.Kind.TEXT, !habit.message().isEmpty(), habit.written() + ": a message stands where the text is never valid");
      assertTrue(habit.write().isPresent() || !habit.help().isEmpty(), habit.written() + " has no help");
    }
  }
}
