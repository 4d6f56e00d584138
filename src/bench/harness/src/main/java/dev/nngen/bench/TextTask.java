package dev.nngen.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.zip.GZIPInputStream;

/**
 * Measures how long a library trains a small GPT until its loss on the held-out last {@value #HELD_OUT_PERCENT} percent of a text is below a number of nats
 * per character: {@code NAME FILE NATS MOST_STEPS}. A process of its own for each library, so that nothing is compiled before. Only training is timed. All libraries have the same
 * parameters to begin with and the same batches.
 */
public final class TextTask {

  private static final int HELD_OUT_PERCENT = 5;
  private static final int HELD_OUT_BATCHES = 20;
  private static final int STEPS_BETWEEN = 100;

  private final int[] text;
  private final int positions = Workload.Text.network().orElseThrow().inputs();

  private TextTask(int[] text) {
    this.text = text;
  }

  /** Windows of the text that begin at random places of a part of it. */
  private int[][] batch(Random random, int from, int to) {
    int[][] batch = new int[2][Workload.Text.batch() * positions];
    for (int sample = 0; sample < Workload.Text.batch(); sample++) {
      int start = from + random.nextInt(to - from - positions);
      System.arraycopy(text, start, batch[0], sample * positions, positions);
      System.arraycopy(text, start + 1, batch[1], sample * positions, positions);
    }
    return batch;
  }

  public static void main(String[] arguments) throws Exception {
    TextLearner learner = ServiceLoader.load(TextLearner.class).stream().map(ServiceLoader.Provider::get)
        .filter(one -> one.name().equals(arguments[0])).findFirst().orElseThrow();
    TextTask task = new TextTask(read(Path.of(arguments[1])));
    task.run(learner, Double.parseDouble(arguments[2]), Integer.parseInt(arguments[3]));
    // Native libraries leave threads behind that would keep the process alive.
    Runtime.getRuntime().halt(0);
  }

  /** The text as numbers of its characters, in order of their codes. */
  private static int[] read(Path file) throws IOException {
    try (InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(Files.newInputStream(file)) : Files.newInputStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int[] characters = text.chars().distinct().sorted().toArray();
      int known = Workload.Text.network().orElseThrow().vocabulary();
      if (characters.length > known) {
        throw new IOException(file + " has " + characters.length + " different characters; the network knows " + known);
      }
      return text.chars().map(character -> Arrays.binarySearch(characters, character)).toArray();
    }
  }

  private void run(TextLearner learner, double wanted, int mostSteps) throws Exception {
    learner.start(NetworkData.of(Workload.Text).parameters());
    int heldOut = text.length - text.length * HELD_OUT_PERCENT / 100;
    Random random = new Random(1);
    double loss = Double.NaN;
    long elapsed = 0;
    long processor = 0;
    int step = 0;
    while (step < mostSteps && !(loss <= wanted)) {
      long processorBefore = ProcessorTime.now();
      long before = System.nanoTime();
      for (int until = step + STEPS_BETWEEN; step < until; step++) {
        int[][] batch = batch(random, 0, heldOut);
        learner.step(batch[0], batch[1]);
      }
      elapsed += System.nanoTime() - before;
      processor += ProcessorTime.now() - processorBefore;
      loss = heldOut(learner, heldOut);
      System.out.printf(Locale.ROOT, "%s: %d steps, %.3f nats, %.1f s of processor time, %.1f s%n", learner.name(), step, loss, processor / 1e9, elapsed / 1e9);
    }
  }

  private double heldOut(TextLearner learner, int from) throws Exception {
    Random random = new Random(2);
    double sum = 0;
    for (int k = 0; k < HELD_OUT_BATCHES; k++) {
      int[][] batch = batch(random, from, text.length);
      sum += learner.loss(batch[0], batch[1]);
    }
    return sum / HELD_OUT_BATCHES;
  }
}
