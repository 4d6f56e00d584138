package dev.nngen.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.Format;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/** Checks that hold for every text: the compiler answers in time, with the result or with a diagnostic. */
final class Judge {

  /** Processor time for a text of up to {@link #LONGEST} characters; the longest sample takes a hundredth of it. */
  private static final long MOST_NANOSECONDS = 20_000_000_000L;
  static final int LONGEST = 4000;

  private Judge() {}

  /** The parser answers, and what it keeps is a valid text. */
  static void parse(String text) {
    long start = processorTime();
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("fuzz.nn", text), diagnostics);
    assertEquals(diagnostics.isEmpty(), new DiagnosticRenderer(true).render(diagnostics).isEmpty());
    Diagnostics again = new Diagnostics();
    NnParser.parse(new Source("kept.nn", AstPrinter.print(file)), again);
    assertTrue(again.isEmpty(), () -> AstPrinter.print(file) + again.sorted());
    assertSoon(start, text);
  }

  /** The whole compiler answers: with diagnostics, or with a class for each model and a derivation. The text chooses kernels and format. */
  static void compile(String text) {
    long start = processorTime();
    Source source = new Source("fuzz.nn", text);
    Options.Kernels kernels = chosen(text, Options.Kernels.values());
    Compiler compiler = new Compiler(new Options("", kernels, Optional.empty()), SourceLoader.NONE);
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = compiler.derive(source, diagnostics);
    assertEquals(diagnostics.isEmpty(), new DiagnosticRenderer(false).render(diagnostics).isEmpty());
    if (!diagnostics.hasErrors()) {
      assertEquals(models(source), models.size());
      models.forEach(compiler::generate);
      models.stream().filter(model -> model.lowered().loss().isPresent()).forEach(model -> explain(model, chosen(text, Format.values())));
    }
    assertSoon(start, text);
  }

  private static <T> T chosen(String text, T[] choices) {
    return choices[Math.floorMod(text.hashCode(), choices.length)];
  }

  private static long models(Source source) {
    return NnParser.parse(source, new Diagnostics()).items().stream().filter(Item.ModelItem.class::isInstance).count();
  }

  private static void explain(CompiledModel model, Format format) {
    Derivation derivation = model.deriver().derive(dev.nngen.explain.ExplainOptions.DEFAULT);
    assertFalse(format.render(derivation, false, true).isEmpty());
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void assertSoon(long start, String text) {
    long taken = processorTime() - start;
    assertTrue(text.length() > LONGEST || taken < MOST_NANOSECONDS, () -> "took " + taken / 1_000_000 + " ms");
  }
}
