package dev.nngen.train;

import dev.nngen.train.data.Data;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is asked for, which the targets tell: classes, numbers, or nothing that its output could be compared with.
 *
 * @param classes names in the order of the target's entries; empty where the task is another
 * @param threshold where the target is one number, above it lies the second class
 */
public record Task(Kind kind, List<String> classes, double threshold) {

  /** The kinds of task, which have different metrics. */
  public enum Kind { CLASSES, NUMBERS, NONE }

  private static final Task NUMBERS = new Task(Kind.NUMBERS, List.of(), 0);
  private static final Task NONE = new Task(Kind.NONE, List.of(), 0);

  /**
   * The task that a data set sets.
   *
   * @param outputSize how many numbers the model's output has for a sample
   */
  public static Task of(Data data, int outputSize) {
    int size = data.signature().targetSize();
    if (!data.hasTargets() || data.signature().targets().size() != 1 || outputSize != size) {
      return NONE;
    }
    if (data.hasLabels()) {
      return new Task(Kind.CLASSES, data.classes(), 0.5);
    }
    return size == 1 ? ofOneNumber(data) : ofColumns(data, size);
  }

  /** Two classes where every target is 0 or 1, or every target -1 or 1. */
  private static Task ofOneNumber(Data data) {
    double[] sample = new double[data.sampleSize()];
    double low = 1;
    for (int row = 0; row < data.size(); row++) {
      data.sample(row, sample);
      double target = sample[data.features()];
      if (target != 0 && Math.abs(target) != 1) {
        return NUMBERS;
      }
      low = Math.min(low, target);
    }
    for (int row = 0; low < 0 && row < data.size(); row++) {
      data.sample(row, sample);
      if (sample[data.features()] == 0) {
        return NUMBERS;
      }
    }
    List<String> names = data.classes().size() == 2 ? data.classes() : List.of(low < 0 ? "-1" : "0", "1");
    return new Task(Kind.CLASSES, names, low < 0 ? 0 : 0.5);
  }

  /** Classes where every sample's targets are a single 1 among zeros. */
  private static Task ofColumns(Data data, int size) {
    double[] sample = new double[data.sampleSize()];
    for (int row = 0; row < data.size(); row++) {
      data.sample(row, sample);
      int ones = 0;
      for (int k = 0; k < size; k++) {
        double target = sample[data.features() + k];
        if (target != 0 && target != 1) {
          return NUMBERS;
        }
        ones += target == 1 ? 1 : 0;
      }
      if (ones != 1) {
        return NUMBERS;
      }
    }
    return new Task(Kind.CLASSES, data.classes().size() == size ? data.classes() : indices(size), 0.5);
  }

  private static List<String> indices(int size) {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < size; k++) {
      names.add(Integer.toString(k));
    }
    return names;
  }

  /** The class that one sample's targets or outputs stand for: the largest entry, or the side of the threshold. */
  public int classOf(double[] values, int from, int size) {
    if (size == 1) {
      return values[from] > threshold ? 1 : 0;
    }
    int best = 0;
    for (int k = 1; k < size; k++) {
      best = values[from + k] > values[from + best] ? k : best;
    }
    return best;
  }
}
