package dev.nngen.train.data;

import java.util.Arrays;

/**
 * Statistics of each feature over some rows.
 *
 * @param low the minimum
 * @param high the maximum
 * @param mean exactly the value of a constant feature
 */
public record FeatureStatistics(double[] low, double[] high, double[] mean) {

  /** Computes statistics in one pass over the rows. */
  public static FeatureStatistics of(Data data, int[] rows) {
    int features = data.features();
    double[] low = new double[features];
    double[] high = new double[features];
    double[] mean = new double[features];
    Arrays.fill(low, Double.POSITIVE_INFINITY);
    Arrays.fill(high, Double.NEGATIVE_INFINITY);
    double[] sample = new double[data.sampleSize()];
    for (int row : rows) {
      data.sample(row, sample);
      for (int k = 0; k < features; k++) {
        low[k] = Math.min(low[k], sample[k]);
        high[k] = Math.max(high[k], sample[k]);
        mean[k] += sample[k] / rows.length;
      }
    }
    for (int k = 0; k < features; k++) {
      // Rounding may move the mean out of the range, even to infinity.
      mean[k] = Math.max(low[k], Math.min(high[k], mean[k]));
    }
    return new FeatureStatistics(low, high, mean);
  }

  /** Returns the standard deviation of each feature, in a second pass over the rows. */
  double[] deviations(Data data, int[] rows) {
    SquareSum[] sums = new SquareSum[mean.length];
    Arrays.setAll(sums, k -> new SquareSum());
    double[] sample = new double[data.sampleSize()];
    for (int row : rows) {
      data.sample(row, sample);
      for (int k = 0; k < sums.length; k++) {
        sums[k].add(sample[k] - mean[k]);
      }
    }
    return Arrays.stream(sums).mapToDouble(sum -> sum.rootMean(rows.length)).toArray();
  }

  /** Whether a feature has the same value in all rows. */
  public boolean isConstant(int feature) {
    return low[feature] == high[feature];
  }
}
