package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.train.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
 * of its own without the optimizing compiler, because that compiler makes all string constants of a class (its error messages)
 * on the thread that first asks for a compilation: one to four kilobytes once, which a count cannot tell from a method's own. It can only
 * take allocations away from what this measures, never add one.
 */
@Slow
final class AllocationTest {

  private static final int BATCH = 4;
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
    assertEquals(Stream.of(Sample.values()).flatMap(sample -> Stream.of(sample + " " + nothing, sample + " scaled " + nothing)).toList(), lines);
  }

  /** Prints two lines for each sample: the bytes that each method allocates, without scaling and with it. */
  static final class Measurement {

    private Measurement() {}

    public static void main(String[] arguments) throws IOException {
      for (Sample sample : Sample.values()) {
        Net net = sample.net(BATCH).initialize(1);
        print(sample.toString(), net, sample);
        scale(net, sample);
        print(sample + " scaled", net, sample);
      }
    }

    private static void print(String name, Net net, Sample sample) {
      long[] bytes = Calls.allocatedBytes(net, sample.batch(0, BATCH), CALLS);
      System.out.printf(Locale.ROOT, "%s %s%n", name, Arrays.stream(bytes).mapToObj(Long::toString).collect(Collectors.joining(" ")));
    }

    /** Loads a file that scales all features. */
    private static void scale(Net net, Sample sample) throws IOException {
      int features = Arrays.stream(sample.batch(0, BATCH)).limit(sample.inputs()).mapToInt(matrix -> matrix.numRows).sum();
      String twos = String.join(",", Collections.nCopies(features, "2"));
      Path file = Files.createTempFile("nngen", ".safetensors");
      net.save(file);
      Files.write(file, Safetensors.read(Files.readAllBytes(file)).with("nngen.data", "{\"shift\":[" + twos + "],\"divisor\":[" + twos + "]}").write());
      net.load(file);
      Files.delete(file);
    }
  }
}
