package dev.nngen.train;

import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.Task;
import java.util.Arrays;

/**
 * Finds the threshold between two classes for a model with one output: 0.5 if the output is a probability or close to a target of 0 or 1, and 0 if it
 * is a logit. The loss determines which: a sample belongs to the class whose target would cost less.
 */
final class Threshold {

  private static final int SAMPLES = 64;

  private Threshold() {}

  /** Returns the data with the threshold that fits more outputs of the network before its first step. */
  static Prepared found(Prepared prepared, Network network, long seed) {
    Task task = prepared.task();
    boolean open = task.kind() == Task.Kind.CLASSES && task.threshold() == 0.5 && prepared.data().signature().judged().orElseThrow().size() == 1;
    if (!open || !network.hasLoss()) {
      return prepared;
    }
    network.initialize(seed);
    Batch batch = network.batch();
    int[] rows = prepared.split().training();
    int forHalf = 0;
    int forZero = 0;
    double[] output = new double[1];
    for (int k = 0; k < Math.min(SAMPLES, rows.length); k++) {
      batch.fill(prepared.data(), rows, k, k + 1);
      network.predict(batch, output, 0, 1);
      boolean second = lossOf(1, batch, prepared, network) < lossOf(0, batch, prepared, network);
      forHalf += output[0] > 0.5 == second ? 1 : 0;
      forZero += output[0] > 0 == second ? 1 : 0;
    }
    return forZero > forHalf ? prepared.with(new Task(task.kind(), task.classes(), 0)) : prepared;
  }

  private static double lossOf(double target, Batch batch, Prepared prepared, Network network) {
    batch.set(prepared.data().signature().judged().orElseThrow().name(), target);
    return Arrays.stream(network.losses(batch)).sum();
  }
}
