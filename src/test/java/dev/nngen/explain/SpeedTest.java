package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import org.junit.jupiter.api.Test;

/** Explaining a deep network takes at most three times what generating its class takes, both from the text. */
class SpeedTest {

  private static final int ROUNDS = 5;

  @Test
  void explainingAHundredLayersTakesAtMostThreeTimesGeneratingThem() {
    Source source = new Source("deep.nn", DeepModels.text(100, "tanh"));
    Compiler compiler = new Compiler(Options.DEFAULT, SourceLoader.NONE);
    Runnable generate = () -> compiler.generate(source, new Diagnostics());
    Runnable explain = () -> Format.TEXT.render(explained(compiler, source), false, false);
    double ratio = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && ratio > 3; round++) {
      double generating = seconds(generate);
      ratio = Math.min(ratio, seconds(explain) / generating);
    }
    assertTrue(ratio <= 3, "explaining takes " + ratio + " times as long as generating");
  }

  private static Derivation explained(Compiler compiler, Source source) {
    CompiledModel model = compiler.derive(source, new Diagnostics()).get(0);
    return model.deriver().derive(dev.nngen.explain.ExplainOptions.DEFAULT);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
