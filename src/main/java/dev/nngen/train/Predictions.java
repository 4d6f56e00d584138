package dev.nngen.train;

import dev.nngen.train.data.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Outputs as fields of a table: for classes the class and the scores, otherwise the numbers. */
final class Predictions {

  private final Task task;
  private final Evaluation evaluation;
  private final String output;

  /**
   * Describes these outputs.
   *
   * @param task of the network
   * @param output the name of the model's output
   */
  Predictions(Task task, Evaluation evaluation, String output) {
    this.task = task;
    this.evaluation = evaluation;
    this.output = output;
  }

  /** Returns the names of the fields. A single number for two classes is the score of the second. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    int size = evaluation.outputSize();
    if (isClassified()) {
      names.add("class");
    }
    for (int k = 0; k < size; k++) {
      names.add(isClassified() ? output + "_" + task.classes().get(size == 1 ? 1 : k) : size == 1 ? output : output + "_" + (k + 1));
    }
    evaluation.further().forEach(output -> IntStream.range(0, output.size())
        .forEach(k -> names.add(output.size() == 1 ? output.name() : output.name() + "_" + (k + 1))));
    return names;
  }

  /** Returns the fields of a sample: a class is text, all others are numbers. */
  List<Object> values(int sample) {
    int size = evaluation.outputSize();
    List<Object> values = new ArrayList<>();
    if (isClassified()) {
      values.add(task.classes().get(task.classOf(evaluation.outputs(), sample * size, size)));
    }
    for (int k = 0; k < size; k++) {
      values.add(evaluation.outputs()[sample * size + k]);
    }
    evaluation.further().forEach(output -> IntStream.range(0, output.size()).forEach(k -> values.add(output.values()[sample * output.size() + k])));
    return values;
  }

  private boolean isClassified() {
    return task.kind() == Task.Kind.CLASSES;
  }
}
