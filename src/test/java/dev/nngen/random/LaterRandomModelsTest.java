package dev.nngen.random;

import dev.nngen.Slow;
import org.junit.jupiter.api.Test;

/** The second half of the seeds of {@link RandomModelsTest}. */
@Slow
class LaterRandomModelsTest {

  @Test
  void everyCheckHoldsForRandomModels() {
    RandomModelsTest.checkSecondHalf();
  }
}
