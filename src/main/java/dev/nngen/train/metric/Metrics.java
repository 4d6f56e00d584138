package dev.nngen.train.metric;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Measures of predictions against targets. */
public sealed interface Metrics permits ClassMetrics, NumberMetrics, Metrics.None {

  /**
   * A measure by name.
   *
   * @param value NaN where it is not defined for the samples at hand
   * @param higherIsBetter or lower
   */
  record Measure(String name, double value, boolean higherIsBetter) {
    @Override
    public String toString() {
      return name + " " + defined(value);
    }
  }

  /** All measures of the whole, the one that matters most first. */
  List<Measure> measures();

  /** A table for people to read, a line each. */
  List<String> table();

  /** Nothing to compare the output with. */
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

  /** A measure's value, or a dash where it is not defined. */
  static String defined(double value) {
    return Double.isNaN(value) ? "-" : shown(value);
  }

  /** Losses by name in words, without the name of a single one; an empty text where there is none. */
  static String shownLosses(Map<String, Double> losses) {
    if (losses.size() == 1) {
      return "loss " + shown(losses.values().iterator().next());
    }
    String all = losses.entrySet().stream().map(loss -> loss.getKey() + " " + shown(loss.getValue())).collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : "losses " + all;
  }

  /** A number with as many digits as help. */
  static String shown(double value) {
    return Math.abs(value) >= 1e5 || Math.abs(value) < 1e-4 && value != 0 ? String.format(Locale.ROOT, "%.4e", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }
}
