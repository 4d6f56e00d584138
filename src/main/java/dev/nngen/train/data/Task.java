package dev.nngen.train.data;

import java.util.List;
import java.util.stream.IntStream;

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

  /** Nothing is compared. */
  public static final Task NONE = new Task(Kind.NONE, List.of(), 0);

  /** The task that the judged target of a data set sets. */
  public static Task of(Data data) {
    if (!data.hasTargets() || data.signature().judged().isEmpty()) {
      return data.sequence().flatMap(SequenceFormat::vocabulary).isPresent() ? new Task(Kind.NONE, data.classes(), 0) : NONE;
    }
    Signature.Port judged = data.signature().judged().get();
    if (data.target(judged).isLabel()) {
      return new Task(Kind.CLASSES, data.classes(), judged.size() == 1 ? judged.middle() : 0.5);
    }
    int size = judged.size();
    if (judged.isLabel()) {
      return new Task(Kind.CLASSES, data.classes().size() == judged.count() ? data.classes()
          : IntStream.range(0, judged.count()).mapToObj(Integer::toString).toList(), 0.5);
    }
    return size == 1 ? ofOneNumber(data) : ofColumns(data, size);
  }

  /** Two classes where every target is 0 or 1, or every target -1 or 1. */
  private static Task ofOneNumber(Data data) {
    double[] sample = new double[data.sampleSize()];
    boolean zeros = false;
    boolean negative = false;
    for (int row = 0; row < data.size(); row++) {
      data.sample(row, sample);
      double target = sample[data.judgedFrom()];
      zeros |= target == 0;
      negative |= target == -1;
      if (target != 0 && Math.abs(target) != 1 || zeros && negative) {
        return NUMBERS;
      }
    }
    List<String> names = data.classes().size() == 2 ? data.classes() : List.of(negative ? "-1" : "0", "1");
    return new Task(Kind.CLASSES, names, negative ? 0 : 0.5);
  }

  /** Classes where every sample's targets are a single 1 among zeros. */
  private static Task ofColumns(Data data, int size) {
    double[] sample = new double[data.sampleSize()];
    for (int row = 0; row < data.size(); row++) {
      data.sample(row, sample);
      int ones = 0;
      for (int k = 0; k < size; k++) {
        double target = sample[data.judgedFrom() + k];
        if (target != 0 && target != 1) {
          return NUMBERS;
        }
        ones += target == 1 ? 1 : 0;
      }
      if (ones != 1) {
        return NUMBERS;
      }
    }
    return new Task(Kind.CLASSES, data.classes().size() == size ? data.classes() : data.judgedNames(), 0.5);
  }

  /** The class of a sample. */
  public int classOf(Data data, double[] sample) {
    Signature.Port judged = data.signature().judged().orElseThrow();
    return judged.isLabel() ? (int) sample[data.judgedFrom()] : classOf(sample, data.judgedFrom(), judged.size());
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
