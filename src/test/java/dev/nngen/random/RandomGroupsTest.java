package dev.nngen.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random models some of whose parameters are frozen, with groups of parameters and several losses, through all that works for them. */
@Slow
class RandomGroupsTest {

  private static final int SEEDS = Integer.getInteger("nngen.seeds", 24);
  /** Slopes and derivations are asked of a model's only loss. */
  private static final List<Check> CHECKS = List.of(Check.PRINTING, Check.MEANING, Check.DIFFERENCES, Check.CLASS);

  /** The text with V frozen, or with s and W in groups of their own, or with two losses, of which the first has W and b. */
  private static String changed(String text, int seed) {
    String frozen = seed % 2 == 0 ? text.replaceAll("(?m)^(  param V\\[[^;]*);", "$1 frozen;") : text;
    String groups = frozen.replaceAll("(?m)^  train ", "  train adam of s;\n  train lamb of W;\n  train ");
    return seed % 3 == 0 ? groups : groups.replaceAll("(?m)^(  minimize J = [^;]*);", "$1 of W, b;\n  minimize Second = mean(P.^2) + l2(0.1);");
  }

  @Test
  void everyCheckHolds() {
    int several = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      String text = changed(RandomTexts.next(seed), seed);
      if (text.contains("minimize K")) {
        text = text.replaceAll("(?m)^  minimize K = [^;]*;\n", "");
      }
      Optional<RandomProgram> program = RandomProgram.of(text, seed);
      String shown = "seed " + seed + ":\n" + text;
      assertTrue(program.isPresent(), shown);
      Program<Phase.Lowered> lowered = program.get().model().lowered();
      several += lowered.losses().size() > 1 ? 1 : 0;
      assertEquals(Optional.empty(), Fault.of(program.get(), CHECKS).map(fault -> fault + shown));
      assertTrue(IntStream.range(0, lowered.updates().size()).allMatch(k -> !lowered.updates().get(k).parameters().isEmpty()), shown);
    }
    assertTrue(several > SEEDS / 3, "models of several losses: " + several);
  }
}
