package dev.nngen.simplify;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.random.RandomPoint;
import dev.nngen.random.RandomTexts;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Random models before, after one and after two simplifications. {@code RandomModelsTest} has many more, through all stages. */
@Slow
class DifferentialTest {

  private static final int SEEDS = 60;

  @Test
  void simplifyingTwiceMeansTheSame() {
    for (int seed = 0; seed < SEEDS; seed++) {
      String text = RandomTexts.next(seed);
      try {
        check(Autodiff.differentiate(Lowering.lower(ModelText.model(text))), seed);
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("seed " + seed + "\n" + text, failed);
      }
    }
  }

  private static void check(Program<? extends Phase.Differentiated> raw, long seed) {
    Map<String, double[]> leaves = RandomPoint.draw(raw, SameMeaning.EXTENTS, seed);
    Program<? extends Phase.Differentiated> simple = Simplifier.simplify(raw);
    SameMeaning.check(raw.graph(), simple.graph(), leaves);
    SameMeaning.check(raw.graph(), Simplifier.simplify(simple).graph(), leaves);
  }
}
