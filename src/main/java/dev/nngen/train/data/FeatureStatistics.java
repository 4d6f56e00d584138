package dev.nngen.train.data;

import java.util.Arrays;

/**
 * What is known of each feature over some rows.
 *
 * @param low the smallest value
 * @param high the largest value
 * @param mean exactly the value of a feature that is constant
 */
public record FeatureStatistics(double[] low, double[] high, double[] mean) {

  /** Reads the rows once. */
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
      // Rounding may lead the mean out of the range, even to infinity.
      mean[k] = Math.max(low[k], Math.min(high[k], mean[k]));
    }
    return new FeatureStatistics(low, high, mean);
  }

  /** The standard deviation of each feature, for which the rows are read again. */
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
