package dev.nngen.train.report;

import dev.nngen.train.Evaluation;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Task;
import dev.nngen.train.metric.Metrics;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds the samples with the worst predictions. */
final class WorstExamples {

  private static final int MOST = 12;

  /**
   * A sample.
   *
   * @param row of the data
   * @param actual the target, as text
   * @param predicted the prediction, as text
   * @param wrongness the error of the output; larger is worse
   */
  record Example(int row, String actual, String predicted, double wrongness) {}

  private WorstExamples() {}

  /** Returns the worst samples first; for a classifier only misclassified ones. */
  static List<Example> of(Evaluation evaluation, Data data, Task task) {
    if (task.kind() == Task.Kind.NONE) {
      return List.of();
    }
    double[] sample = new double[data.sampleSize()];
    return IntStream.range(0, evaluation.rows().length).mapToObj(i -> example(i, evaluation, data, task, sample))
        .filter(example -> task.kind() == Task.Kind.NUMBERS || !example.actual().equals(example.predicted()))
        .sorted(Comparator.comparingDouble((Example example) -> -example.wrongness()).thenComparingInt(Example::row)).limit(MOST).toList();
  }

  private static Example example(int i, Evaluation evaluation, Data data, Task task, double[] sample) {
    int size = evaluation.outputSize();
    int row = evaluation.rows()[i];
    double[] outputs = evaluation.outputs();
    data.sample(row, sample);
    double[] wanted = new double[size];
    data.judged(sample, wanted, 0, size);
    double wrongness = 0;
    int largest = 0;
    for (int k = 0; k < size; k++) {
      double error = Math.abs(outputs[i * size + k] - wanted[k]);
      largest = error > wrongness ? k : largest;
      wrongness = Math.max(wrongness, error);
    }
    if (task.kind() == Task.Kind.NUMBERS) {
      String name = size == 1 ? "" : data.judgedNames().get(largest) + " ";
      return new Example(row, name + Metrics.shown(wanted[largest]), Metrics.shown(outputs[i * size + largest]), wrongness);
    }
    int actual = task.classOf(data, sample);
    int predicted = task.classOf(outputs, i * size, size);
    double margin = size == 1 ? wrongness : outputs[i * size + predicted] - outputs[i * size + actual];
    String score = " (" + Metrics.shown(outputs[i * size + (size == 1 ? 0 : predicted)]) + ")";
    return predicted == actual ? new Example(row, task.classes().get(actual), task.classes().get(actual), margin)
        : new Example(row, task.classes().get(actual), task.classes().get(predicted) + score, margin);
  }
}
