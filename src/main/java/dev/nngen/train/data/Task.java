package dev.nngen.train.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The task of a model, determined by its targets: classification, regression, or none.
 *
 * @param classes names in the order of the target's entries; empty for other tasks
 * @param threshold if the target is one number, outputs above it mean the second class
 */
public record Task(Kind kind, List<String> classes, double threshold) {

  /** Kind of task, which determines the metrics. */
  public enum Kind { CLASSES, NUMBERS, NONE }

  private static final Task NUMBERS = new Task(Kind.NUMBERS, List.of(), 0);

  /** No comparison of outputs with targets. */
  public static final Task NONE = new Task(Kind.NONE, List.of(), 0);

  /** Returns the task of the judged target of a data set. */
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

  /** Returns a task of two classes if every target is 0 or 1, or every target -1 or 1. */
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

  /** Returns a task of classes if every sample's targets are a one-hot vector. */
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

  /** Returns the class of a sample. */
  public int classOf(Data data, double[] sample) {
    Signature.Port judged = data.signature().judged().orElseThrow();
    return judged.isLabel() ? (int) sample[data.judgedFrom()] : classOf(sample, data.judgedFrom(), judged.size());
  }

  /** Returns the class of one sample's targets or outputs: the largest entry, or the side of the threshold. */
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
