package dev.nngen.train.metric;

import java.util.List;

/**
 * Measures of predicted numbers, over all samples and outputs.
 *
 * @param rmse the root of the mean squared error
 * @param mae the mean absolute error
 * @param r2 1 minus the squared error over that of the targets' own mean, for each output, averaged; NaN where targets are constant
 */
public record NumberMetrics(double rmse, double mae, double r2) implements Metrics {

  /** Measures predictions, both arrays sample by sample with {@code size} numbers each. */
  public static NumberMetrics of(double[] actual, double[] predicted, int size) {
    double squared = 0;
    double absolute = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = predicted[i] - actual[i];
      squared += error * error;
      absolute += Math.abs(error);
    }
    double r2 = 0;
    for (int k = 0; k < size; k++) {
      r2 += r2(actual, predicted, k, size) / size;
    }
    return new NumberMetrics(Math.sqrt(squared / actual.length), absolute / actual.length, r2);
  }

  private static double r2(double[] actual, double[] predicted, int first, int stride) {
    int count = actual.length / stride;
    double mean = 0;
    for (int i = first; i < actual.length; i += stride) {
      mean += actual[i] / count;
    }
    double error = 0;
    double spread = 0;
    for (int i = first; i < actual.length; i += stride) {
      error += (predicted[i] - actual[i]) * (predicted[i] - actual[i]);
      spread += (actual[i] - mean) * (actual[i] - mean);
    }
    return spread == 0 ? Double.NaN : 1 - error / spread;
  }

  @Override
  public List<Measure> measures() {
    return List.of(new Measure("RMSE", rmse, false), new Measure("MAE", mae, false), new Measure("R2", r2, true));
  }

  @Override
  public List<String> table() {
    return List.of();
  }
}
