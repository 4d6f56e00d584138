package dev.nngen.random;

import dev.nngen.Slow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random models of tensors through the whole compiler. {@code -Dnngen.seeds=10000} looks at more of them, {@code -Dnngen.first} at others. */
@Slow
class RandomTensorsTest {

  static final List<Check> CHECKS = List.of(Check.PRINTING, Check.VALUES, Check.DIFFERENCES, Check.CLASS, Check.THREADS, Check.DOCUMENTS);

  private static final int FIRST = Integer.getInteger("nngen.first", 0);
  private static final int SEEDS = Integer.getInteger("nngen.seeds", 16);
  private static final Path REGRESSIONS = Path.of("src/test/resources/dev/nngen/random/tensors");

  @Test
  void everyCheckHolds() {
    RandomModelsTest.check(FIRST, FIRST + SEEDS, RandomTensors::next, CHECKS);
  }

  static List<Path> regressions() throws IOException {
    return RandomModelsTest.regressions(REGRESSIONS);
  }

  /** What once failed. */
  @ParameterizedTest
  @MethodSource("regressions")
  void whatOnceFailedHolds(Path file) throws IOException {
    RandomModelsTest.holds(file, CHECKS, 2);
  }
}
