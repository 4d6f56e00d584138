package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.util.List;

/** Text of the language as models, for tests. */
public final class ModelText {

  private ModelText() {}

  /** The only model of a text without faults. */
  public static Model model(String text) {
    Diagnostics diagnostics = new Diagnostics();
    List<Model> models = resolve(text, SourceLoader.NONE, diagnostics);
    if (diagnostics.hasErrors() || models.size() != 1) {
      throw new AssertionError(new DiagnosticRenderer(false).render(diagnostics));
    }
    return models.get(0);
  }

  /** Everything that is reported about a text, as users see it. */
  public static String diagnostics(String text) {
    Diagnostics diagnostics = new Diagnostics();
    resolve(text, SourceLoader.NONE, diagnostics);
    return new DiagnosticRenderer(false).render(diagnostics);
  }

  /** The errors of a text, in its order. */
  static List<Diagnostic> errors(String text) {
    Diagnostics diagnostics = new Diagnostics();
    resolve(text, SourceLoader.NONE, diagnostics);
    return diagnostics.sorted().stream().filter(found -> found.severity() == Severity.ERROR).toList();
  }

  /** The only error of a text, which says where it is. */
  static Diagnostic error(String text) {
    List<Diagnostic> errors = errors(text);
    assertEquals(1, errors.size(), errors::toString);
    assertTrue(errors.get(0).span().isPresent(), errors::toString);
    return errors.get(0);
  }

  static List<Model> resolve(String text, SourceLoader loader, Diagnostics diagnostics) {
    SourceFile file = NnParser.parse(new Source("test.nn", text), diagnostics);
    return Models.resolve(file, loader, diagnostics);
  }
}
