package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training, evaluation and prediction in a process whose heap is smaller than the data. */
@Slow
class LargeDataTest {

  private static final int FEATURES = 50;
  private static final int SAMPLES = 130_000;
  private static final int MEGABYTES = 48;

  @TempDir
  private Path folder;

  private Path data() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    Path file = folder.resolve("large.csv");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        int sum = 0;
        for (int k = 0; k < FEATURES; k++) {
          int value = random.nextInt(10);
          sum += k < 5 ? value : 0;
          out.write(value + ",");
        }
        out.write(sum > 22 ? "many\n" : "few\n");
      }
    }
    assertTrue(8L * SAMPLES * FEATURES > (long) MEGABYTES << 20, "larger than the heap");
    return file;
  }

  private static String run(Object... arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + MEGABYTES + "m", "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), Main.class.getName()));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  void dataMayBeLargerThanMemory() throws Exception {
    Path model = Files.writeString(folder.resolve("m.nn"), """
        model Large {
          input X[50];
          target Y[1];
          P = dense(X, 1) |> sigmoid;
          minimize J = mean(logloss(P, Y));
          train adam(rate = 0.01);
        }
        """);
    Path data = data();
    String said = run("train", model, "--data", data, "-d", folder, "--epochs", 1, "--batch", 128, "-q");
    assertTrue(said.contains("accuracy 0.9"), said);
    Path weights = folder.resolve("Large.safetensors");
    assertTrue(run("eval", model, "--weights", weights, "--data", data).contains("(" + SAMPLES + " samples)"));
    Path predictions = folder.resolve("predictions.csv");
    run("predict", model, "--weights", weights, "--data", data, "-o", predictions);
    try (var lines = Files.lines(predictions)) {
      assertEquals(SAMPLES + 1, lines.count());
    }
  }
}
