package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/** Data with what it asks for, how it is divided and scaled: what training needs. */
public record Prepared(Data data, Task task, Split split, Scaling scaling) {

  /** The same with another task. */
  public Prepared with(Task other) {
    return new Prepared(data, other, split, scaling);
  }

  /** What was guessed when the data was read, and what the data lacks: to be told before training and beside the metrics. */
  public List<Diagnostic> warnings() {
    List<Diagnostic> warnings = new ArrayList<>(data.warnings());
    warnings.addAll(new DataReview(data, task, split).warnings());
    return warnings;
  }
}
