package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.CodePage;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every code has a page; its wrong example gives that code and no other, and the right one compiles. */
class CodePageTest {

  private static final SourceLoader MISSING = (importing, path) -> new SourceLoader.Problem("there is no such file");

  private static Diagnostics compiled(String model) {
    Diagnostics diagnostics = new Diagnostics();
    new Compiler(Options.DEFAULT, MISSING).generate(new Source("a.nn", model + "\n"), diagnostics);
    return diagnostics;
  }

  private static Set<String> codes(Diagnostics diagnostics) {
    return diagnostics.sorted().stream().map(Diagnostic::code).map(code -> code.code).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void hasAPageWhoseExamplesAreTrue(ErrorCode code) {
    Optional<CodePage> page = CodePage.of(code);
    assertTrue(page.isPresent(), code.code + " has no page: write one in src/main/resources/dev/nngen/diag/codes.txt");
    for (String part : List.of(page.get().cause(), page.get().wrong(), page.get().right(), page.get().cure())) {
      assertFalse(part.isBlank(), code.code + " has an empty part");
    }
    if (page.get().models()) {
      Diagnostics wrong = compiled(page.get().wrong());
      assertEquals(Set.of(code.code), codes(wrong), new DiagnosticRenderer(false).render(wrong));
      assertEquals(1, wrong.sorted().size(), new DiagnosticRenderer(false).render(wrong));
      Diagnostics right = compiled(page.get().right());
      assertTrue(right.isEmpty(), new DiagnosticRenderer(false).render(right));
    }
  }
}
