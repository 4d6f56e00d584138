package dev.nngen.train.metric;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Metrics of predictions against targets. */
public sealed interface Metrics permits ClassMetrics, NumberMetrics, Metrics.None {

  /**
   * A metric.
   *
   * @param value NaN if it is undefined for the samples
   * @param higherIsBetter whether higher values are better
   */
  record Measure(String name, double value, boolean higherIsBetter) {
    @Override
    public String toString() {
      return name + " " + defined(value);
    }
  }

  /** Returns all metrics of the whole, the most important first. */
  List<Measure> measures();

  /** Returns a table for people, one line per element. */
  List<String> table();

  /** No metrics, because the output cannot be compared with a target. */
  record None() implements Metrics {
    @Override
    public List<Measure> measures() {
      return List.of();
    }

    @Override
    public List<String> table() {
      return List.of();
    }
  }

  /** Returns a metric's value as text, or a dash if it is undefined. */
  static String defined(double value) {
    return Double.isNaN(value) ? "-" : shown(value);
  }

  /** Returns losses by name as text, without the name of a single one; empty if there is none. */
  static String shownLosses(Map<String, Double> losses) {
    if (losses.size() == 1) {
      return "loss " + shown(losses.values().iterator().next());
    }
    String all = losses.entrySet().stream().map(loss -> loss.getKey() + " " + shown(loss.getValue())).collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : "losses " + all;
  }

  /** Returns a number as text with a useful number of digits. */
  static String shown(double value) {
    return Math.abs(value) >= 1e5 || Math.abs(value) < 1e-4 && value != 0 ? String.format(Locale.ROOT, "%.4e", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }
}
