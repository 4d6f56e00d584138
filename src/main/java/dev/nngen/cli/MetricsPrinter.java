package dev.nngen.cli;

import dev.nngen.diag.Plural;
import dev.nngen.train.Evaluation;
import dev.nngen.train.OutputNotes;
import dev.nngen.train.metric.Metrics;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** Prints the metrics of a network on some samples. */
record MetricsPrinter(PrintWriter out) {

  /**
   * @param detailed whether to print the table of classes
   */
  void print(String what, Evaluation evaluation, boolean detailed) {
    OutputNotes.of(evaluation).forEach(remark -> out.println("note: " + remark));
    String loss = evaluation.shownLosses();
    String measures = evaluation.metrics().measures().stream().map(Metrics.Measure::toString).collect(Collectors.joining(", "));
    out.println(what + " (" + Plural.count(evaluation.rows().length, "sample") + "): " + loss + (loss.isEmpty() || measures.isEmpty() ? "" : ", ") + measures);
    if (detailed && !evaluation.metrics().table().isEmpty()) {
      out.println();
      evaluation.metrics().table().forEach(line -> out.println(("  " + line).stripTrailing()));
      out.println();
    }
  }
}
