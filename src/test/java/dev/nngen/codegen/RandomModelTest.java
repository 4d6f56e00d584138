package dev.nngen.codegen;

import dev.nngen.Slow;
import org.junit.jupiter.api.Test;

/** Any valid graph becomes a class that computes what the interpreter computes. */
@Slow
class RandomModelTest {

  private static final int FIRST = Integer.getInteger("nngen.first", 0);
  private static final int MODELS = Integer.getInteger("nngen.models", 60);

  @Test
  void randomModelsAgreeWithTheInterpreter() {
    for (long seed = FIRST; seed < FIRST + MODELS; seed++) {
      try {
        Agreement.ofAll(RandomModels.next(seed, 8 + (int) (seed % 17), seed % 3 == 0), seed).forEach(agreement -> agreement.check(21, 1, 3));
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("seed " + seed, failed);
      }
    }
  }
}
