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
    Compiler compiler = new Compiler(Options.DEFAULT, SourceLoader.NONE);
    double ratio = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && ratio > 3; round++) {
      // Texts of their own: simplified graphs are kept for the next compilation of a text.
      Source one = deep(100 + 2 * round);
      Source other = deep(101 + 2 * round);
      double generating = seconds(() -> compiler.generate(one, new Diagnostics()));
      ratio = Math.min(ratio, seconds(() -> Format.TEXT.render(explained(compiler, other), false, false)) / generating);
    }
    assertTrue(ratio <= 3, "explaining takes " + ratio + " times as long as generating");
  }

  private static Source deep(int layers) {
    return new Source("deep.nn", DeepModels.text(layers, "tanh"));
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
