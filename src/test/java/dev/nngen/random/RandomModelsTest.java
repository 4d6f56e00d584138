package dev.nngen.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random models through the whole compiler. {@code -Dnngen.seeds=10000} looks at more of them, {@code -Dnngen.first} at others. What fails
 * is made smaller and printed; the text belongs into the folder of regressions, which is looked at as well.
 */
@Slow
class RandomModelsTest {

  private static final int USUAL = 200;
  private static final int FIRST = Integer.getInteger("nngen.first", 0);
  private static final int SEEDS = Integer.getInteger("nngen.seeds", USUAL);
  private static final Path REGRESSIONS = Path.of("src/test/resources/dev/nngen/random/regressions");
  private static final long LONGEST_MILLIS = 60_000;
  private static final List<Check> CHECKS = List.of(Check.PRINTING, Check.MEANING, Check.SLOPE, Check.DIFFERENCES, Check.EXPLANATION, Check.CLASS);

  @Test
  void everyCheckHoldsForRandomModels() {
    check(FIRST, FIRST + SEEDS / 2, RandomTexts::next, CHECKS);
  }

  /** Another class has the second half, so that two processes share the work. */
  static void checkSecondHalf() {
    check(FIRST + SEEDS / 2, FIRST + SEEDS, RandomTexts::next, CHECKS);
  }

  static void check(int from, int to, IntFunction<String> texts, List<Check> checks) {
    Map<String, String> found = new LinkedHashMap<>();
    long longest = 0;
    for (int seed = from; seed < to; seed++) {
      String text = texts.apply(seed);
      String problem = "seed " + seed + " is no sound model:\n" + text;
      long start = processorTime();
      RandomProgram program = RandomProgram.of(text, seed).orElseThrow(() -> new AssertionError(problem));
      Optional<Fault> fault = Fault.of(program, checks);
      long millis = (processorTime() - start) / 1_000_000;
      if (fault.isPresent()) {
        int failing = seed;
        found.computeIfAbsent(fault.get().kind(), kind -> report(text, failing, fault.get()));
      } else if (millis > LONGEST_MILLIS) {
        found.put("time, seed " + seed, "seed " + seed + " took " + millis + " ms:\n" + text);
      }
      longest = Math.max(longest, millis);
      if (seed + 1 == to || (seed + 1) % USUAL == 0) {
        System.out.println("random models " + from + " to " + seed + ": " + found.size() + " kinds of faults, the slowest " + longest + " ms");
      }
    }
    assertEquals(Map.of(), found, () -> String.join("\n\n", found.values()));
  }

  private static String report(String text, long seed, Fault fault) {
    List<Check> failing = List.of(fault.check());
    String small = Shrinker.shrink(text, candidate -> Fault.of(candidate, seed, failing).filter(other -> other.kind().equals(fault.kind())).isPresent());
    String message = Fault.of(small, seed, failing).map(Fault::thrown).orElse(fault.thrown()).toString();
    String report = "seed " + seed + ", " + fault.kind() + ":\n" + message + "\n// Seed " + seed + ".\n" + small;
    progress(report);
    return report;
  }

  /** Prints the progress of long runs. */
  private static void progress(String line) {
    if (SEEDS > USUAL) {
      System.out.println(line);
    }
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  static List<Path> regressions() throws IOException {
    return regressions(REGRESSIONS);
  }

  /** The models of a folder. */
  static List<Path> regressions(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Checks models that once failed, with each kernel set. */
  @ParameterizedTest
  @MethodSource("regressions")
  void whatOnceFailedHolds(Path file) throws IOException {
    holds(file, CHECKS, 6);
  }

  /** Checks a model of a file with the given number of seeds. */
  static void holds(Path file, List<Check> checks, int seeds) throws IOException {
    String text = Files.readString(file);
    RandomProgram program = RandomProgram.of(text, 0).orElseThrow(() -> new AssertionError(text));
    for (long seed = 0; seed < seeds; seed++) {
      Optional<Fault> fault = Fault.of(program.with(seed), checks);
      if (fault.isPresent()) {
        throw new AssertionError(fault.get().kind(), fault.get().thrown());
      }
    }
  }
}
