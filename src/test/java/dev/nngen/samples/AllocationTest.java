package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every method of every sample's class allocates not one byte in 1,000 calls after its first. It is measured in a virtual machine
 * of its own without the optimising compiler, because that compiler makes all string constants of a class (its error messages)
 * on the thread that first asks for a compilation: one to four kilobytes once, which a count cannot tell from a method's own. It can only
 * take allocations away from what this measures, never add one.
 */
final class AllocationTest {

  private static final int BATCH = 16;
  private static final int CALLS = 1000;
  private static final int METHODS = 8;

  @Test
  void nothingIsAllocatedAfterTheFirstCall() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
        "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), Measurement.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertEquals(0, process.waitFor());
    String nothing = String.join(" ", Collections.nCopies(METHODS, "0"));
    assertEquals(Stream.of(Sample.values()).map(sample -> sample + " " + nothing).toList(), lines);
  }

  /** Prints a line for each sample: the bytes that each method allocates. */
  static final class Measurement {

    private Measurement() {}

    public static void main(String[] arguments) {
      for (Sample sample : Sample.values()) {
        long[] bytes = Calls.allocatedBytes(sample.net(BATCH).initialize(1), sample.batch(0, BATCH), CALLS);
        System.out.printf(Locale.ROOT, "%s %s%n", sample, Arrays.stream(bytes).mapToObj(Long::toString).collect(Collectors.joining(" ")));
      }
    }
  }
}
