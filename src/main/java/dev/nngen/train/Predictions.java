package dev.nngen.train;

import dev.nngen.train.data.Numeral;
import dev.nngen.train.data.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Outputs as CSV: for classes the class and what speaks for each, otherwise the numbers. */
public final class Predictions {

  private final Task task;
  private final Evaluation evaluation;
  private final String output;

  /**
   * Of these outputs.
   *
   * @param task what the network was trained for
   * @param output the name of the model's output
   */
  public Predictions(Task task, Evaluation evaluation, String output) {
    this.task = task;
    this.evaluation = evaluation;
    this.output = output;
  }

  /** The first line. */
  public String header() {
    List<String> names = new ArrayList<>();
    int size = evaluation.outputSize();
    if (isClassified()) {
      names.add("class");
    }
    for (int k = 0; k < size; k++) {
      names.add(size == 1 ? output : isClassified() ? output + "_" + task.classes().get(k) : output + "_" + (k + 1));
    }
    return names.stream().map(Predictions::quoted).collect(Collectors.joining(","));
  }

  /** The line of a sample, whose numbers read back to the same bits. */
  public String line(int sample) {
    int size = evaluation.outputSize();
    StringBuilder line = new StringBuilder();
    if (isClassified()) {
      line.append(quoted(task.classes().get(task.classOf(evaluation.outputs(), sample * size, size)))).append(',');
    }
    for (int k = 0; k < size; k++) {
      line.append(k == 0 ? "" : ",").append(evaluation.outputs()[sample * size + k]);
    }
    return line.toString();
  }

  private boolean isClassified() {
    return task.kind() == Task.Kind.CLASSES;
  }

  /** A field in quotes where it needs them. */
  private static String quoted(String field) {
    return Numeral.isNumber(field) || field.matches("[\\w .-]+") ? field : "\"" + field.replace("\"", "\"\"") + "\"";
  }
}
