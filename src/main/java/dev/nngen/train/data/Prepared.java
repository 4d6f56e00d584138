package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/**
 * Data with its task, split and scaling, as training needs it.
 *
 * @param statistics of the features in the training rows, before scaling
 */
public record Prepared(Data data, Task task, Split split, Scaling scaling, FeatureStatistics statistics) {

  /** Returns the data with another scaling. */
  public Prepared with(Scaling other) {
    return new Prepared(data, task, split, other, statistics);
  }

  /** Returns the data with another task. */
  public Prepared with(Task other) {
    return new Prepared(data, other, split, scaling, statistics);
  }

  /** Returns warnings about the data, to be shown before training and with the metrics. */
  public List<Diagnostic> warnings() {
    List<Diagnostic> warnings = new ArrayList<>(data.warnings());
    warnings.addAll(new DataReview(data, task).ofTraining(split, statistics, scaling));
    return warnings;
  }
}
