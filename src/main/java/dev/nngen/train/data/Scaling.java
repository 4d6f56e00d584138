package dev.nngen.train.data;

import dev.nngen.train.data.ScalingChoice.Kind;
import java.util.Arrays;

/**
 * How features are scaled: {@code (x - shift) / divisor}, for each feature. Fitted on training samples only, and kept with
 * the weights.
 */
public record Scaling(double[] shift, double[] divisor) {

  /** Nothing is changed. */
  public static Scaling none(int features) {
    return dividing(features, 1);
  }

  static Scaling dividing(int features, double by) {
    double[] divisor = new double[features];
    Arrays.fill(divisor, by);
    return new Scaling(new double[features], divisor);
  }

  /** Fits a scaling to some rows; a feature that is constant there is only shifted. */
  static Scaling fit(Kind kind, Data data, int[] rows) {
    return kind == Kind.STANDARD ? standard(data, rows) : minMax(data, rows);
  }

  private static Scaling standard(Data data, int[] rows) {
    int features = data.features();
    double[] mean = new double[features];
    double[] variance = new double[features];
    double[] sample = new double[data.sampleSize()];
    for (int row : rows) {
      data.sample(row, sample);
      for (int k = 0; k < features; k++) {
        mean[k] += sample[k] / rows.length;
      }
    }
    for (int row : rows) {
      data.sample(row, sample);
      for (int k = 0; k < features; k++) {
        variance[k] += (sample[k] - mean[k]) * (sample[k] - mean[k]) / rows.length;
      }
    }
    double[] divisor = new double[features];
    for (int k = 0; k < features; k++) {
      // What remains of a constant's variance is rounding error.
      boolean constant = !(Math.sqrt(variance[k]) > 1e-12 * Math.abs(mean[k]));
      divisor[k] = constant ? 1 : Math.sqrt(variance[k]);
    }
    return new Scaling(mean, divisor);
  }

  private static Scaling minMax(Data data, int[] rows) {
    int features = data.features();
    double[] low = new double[features];
    double[] high = new double[features];
    Arrays.fill(low, Double.POSITIVE_INFINITY);
    Arrays.fill(high, Double.NEGATIVE_INFINITY);
    double[] sample = new double[data.sampleSize()];
    for (int row : rows) {
      data.sample(row, sample);
      for (int k = 0; k < features; k++) {
        low[k] = Math.min(low[k], sample[k]);
        high[k] = Math.max(high[k], sample[k]);
      }
    }
    double[] divisor = new double[features];
    for (int k = 0; k < features; k++) {
      divisor[k] = high[k] > low[k] ? high[k] - low[k] : 1;
    }
    return new Scaling(low, divisor);
  }

  /** Whether nothing is changed. */
  public boolean isNone() {
    return Arrays.stream(shift).allMatch(by -> by == 0) && Arrays.stream(divisor).allMatch(by -> by == 1);
  }

  /** The value of an entry of a sample: a feature is scaled, a target is not. */
  public double scaled(double value, int entry) {
    return entry < shift.length ? (value - shift[entry]) / divisor[entry] : value;
  }
}
