package dev.nngen.bench;

import java.util.List;

/** Order statistics of the rounds' numbers. Rounds in which a peer did not run are NaN and are ignored. */
record Statistics(double median, double lower, double upper, double least) {

  /** The median, the quartiles and the least. */
  static Statistics of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (sorted.length == 0) {
      return new Statistics(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    return new Statistics(quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), sorted[0]);
  }

  private static double quantile(double[] sorted, double q) {
    double place = q * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
