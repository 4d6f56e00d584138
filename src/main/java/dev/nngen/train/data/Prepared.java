package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/**
 * Data with what it asks for, how it is divided and scaled: what training needs.
 *
 * @param statistics of the features in the training rows, before scaling
 */
public record Prepared(Data data, Task task, Split split, Scaling scaling, FeatureStatistics statistics) {

  /** The same with another scaling. */
  public Prepared with(Scaling other) {
    return new Prepared(data, task, split, other, statistics);
  }

  /** The same with another task. */
  public Prepared with(Task other) {
    return new Prepared(data, other, split, scaling, statistics);
  }

  /** What was guessed when the data was read, and what the data lacks: to be told before training and beside the metrics. */
  public List<Diagnostic> warnings() {
    List<Diagnostic> warnings = new ArrayList<>(data.warnings());
    warnings.addAll(new DataReview(data, task).ofTraining(split, statistics, scaling));
    return warnings;
  }
}
