package dev.nngen.train;

import dev.nngen.diag.Diagnostic;
import dev.nngen.train.metric.ClassMetrics;
import dev.nngen.train.metric.Metrics;
import dev.nngen.train.metric.NumberMetrics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes an evaluation as one JSON object. Undefined values are null. */
public final class EvaluationJson {

  private EvaluationJson() {}

  /** Returns the text, without a line break. */
  public static String of(Evaluation evaluation, List<Diagnostic> warnings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("samples", evaluation.rows().length);
    json.put("loss", Json.finite(evaluation.loss()));
    if (evaluation.losses().size() > 1) {
      Map<String, Object> losses = new LinkedHashMap<>();
      evaluation.losses().forEach((name, loss) -> losses.put(name, Json.finite(loss)));
      json.put("losses", losses);
    }
    Map<String, Object> measures = new LinkedHashMap<>();
    for (Metrics.Measure measure : evaluation.metrics().measures()) {
      measures.put(measure.name().toLowerCase(Locale.ROOT).replace(' ', '_'), Json.finite(measure.value()));
    }
    json.put("metrics", measures);
    if (evaluation.metrics() instanceof ClassMetrics metrics) {
      json.put("classes", IntStream.range(0, metrics.classes().size()).mapToObj(k -> ofClass(metrics, k)).toList());
      json.put("confusion", Arrays.stream(metrics.confusion()).map(row -> Arrays.stream(row).boxed().toList()).toList());
    } else if (evaluation.metrics() instanceof NumberMetrics metrics) {
      json.put("targets", metrics.columns().stream().map(EvaluationJson::ofTarget).toList());
    }
    json.put("warnings", Stream.concat(warnings.stream().map(Diagnostic::message), OutputNotes.of(evaluation).stream()).toList());
    return Json.write(json);
  }

  private static Map<String, Object> ofClass(ClassMetrics metrics, int k) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("class", metrics.classes().get(k));
    json.put("precision", Json.finite(metrics.precision(k)));
    json.put("recall", Json.finite(metrics.recall(k)));
    json.put("f1", Json.finite(metrics.f1(k)));
    json.put("samples", metrics.support(k));
    return json;
  }

  private static Map<String, Object> ofTarget(NumberMetrics.Column column) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("target", column.name());
    json.put("rmse", Json.finite(column.rmse()));
    json.put("mae", Json.finite(column.mae()));
    json.put("r2", Json.finite(column.r2()));
    return json;
  }
}
