package dev.nngen.train;

import dev.nngen.train.metric.ClassMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Sentences that a reader of metrics needs to judge a network's outputs; problems of the data are warnings instead. */
public final class OutputNotes {

  private OutputNotes() {}

  /** Returns sentences about the outputs for some samples. */
  public static List<String> of(Evaluation evaluation) {
    List<String> remarks = new ArrayList<>();
    if (evaluation.outputSize() == 0) {
      remarks.add("the model has no prediction of single samples, so only its loss is measured");
    }
    long notFinite = Arrays.stream(evaluation.outputs()).filter(output -> !Double.isFinite(output)).count();
    if (notFinite > 0) {
      remarks.add(notFinite + " of " + evaluation.outputs().length + " outputs are not finite");
    }
    if (evaluation.metrics() instanceof ClassMetrics metrics) {
      int[] predicted = IntStream.range(0, metrics.classes().size()).filter(k -> metrics.predicted(k) > 0).toArray();
      if (predicted.length == 1) {
        remarks.add("all samples are predicted as `" + metrics.classes().get(predicted[0]) + "`");
      }
    }
    return remarks;
  }
}
