package dev.nngen.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * The process of one learner, which trains until it reaches the given test accuracy: {@code NAME FOLDER
 * SEED SHARE}. Only training is timed, including the virtual machine's compilation.
 */
public final class LearnerProcess {

  static final int MOST_EPOCHS = 60;

  private LearnerProcess() {}

  public static void main(String[] arguments) throws Exception {
    Learner learner = ServiceLoader.load(Learner.class).stream().map(ServiceLoader.Provider::get)
        .filter(one -> one.name().equals(arguments[0])).findFirst().orElseThrow();
    Path folder = Path.of(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    double wanted = Double.parseDouble(arguments[3]);
    FashionMnist training = FashionMnist.read(folder, "train");
    FashionMnist test = FashionMnist.read(folder, "t10k");
    learner.start(training.images(), training.targets(), seed);
    double share = 0;
    long elapsed = 0;
    long processor = 0;
    int epoch = 0;
    while (share < wanted && epoch < MOST_EPOCHS) {
      epoch++;
      long processorBefore = ProcessorTime.now();
      long before = System.nanoTime();
      learner.epoch(seed * MOST_EPOCHS + epoch);
      elapsed += System.nanoTime() - before;
      processor += ProcessorTime.now() - processorBefore;
      share = accuracy(learner, test);
    }
    System.out.printf(Locale.ROOT, "%n%s%d %.4f %.3f %.3f%n", Worker.MARK, epoch, share, processor / 1e9, elapsed / 1e9);
    System.out.flush();
    // Native libraries leave threads behind that would keep the process alive.
    Runtime.getRuntime().halt(0);
  }

  private static double accuracy(Learner learner, FashionMnist test) throws Exception {
    int right = 0;
    for (int from = 0; from < test.size(); from += Learner.BATCH) {
      int to = Math.min(test.size(), from + Learner.BATCH);
      float[] outputs = learner.predict(Arrays.copyOfRange(test.images(), from * Learner.INPUTS, to * Learner.INPUTS));
      for (int sample = from; sample < to; sample++) {
        right += largest(outputs, (sample - from) * Learner.CLASSES) == test.labels()[sample] ? 1 : 0;
      }
    }
    return right / (double) test.size();
  }

  private static int largest(float[] outputs, int from) {
    int best = 0;
    for (int k = 1; k < Learner.CLASSES; k++) {
      best = outputs[from + k] > outputs[from + best] ? k : best;
    }
    return best;
  }
}
