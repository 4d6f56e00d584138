package dev.nngen.compiler;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The slope of a function at 0 from its values around 0: central differences at steps that are halved, extrapolated to step
 * zero. Which step served best is judged by how well neighbouring extrapolations agree (Ridders: Accurate computation of
 * F'(x) and F'(x) F''(x), 1982).
 *
 * @param slope the best extrapolation
 * @param uncertainty how far its neighbours lie from it, or rounding may have moved it; infinite where no step could be used
 */
record CentralDifference(double slope, double uncertainty) {

  private static final int STEPS = 14;
  private static final int ORDERS = 6;
  private static final double GOOD_ENOUGH = 1e-9;
  /** How far a value is off at least, in units of its last place. */
  private static final int ROUNDING_ULPS = 4;

  /** The value of the function at a point, and the smooth piece to which the point belongs ({@link SmoothnessProbes#piece}). */
  record Sample(double value, List<double[]> piece) {}

  /**
   * @param function the function along the line
   * @param piece the piece on which it lies at 0; steps that lead to another one on either side are not used
   * @param first the largest step
   * @param roundOff how far rounding may move the function's values
   */
  static CentralDifference of(DoubleFunction<Sample> function, List<double[]> piece, double first, double roundOff) {
    CentralDifference best = new CentralDifference(Double.NaN, Double.POSITIVE_INFINITY);
    double[] previous = {};
    double step = first;
    for (int i = 0; i < STEPS && !best.isGoodEnough(); i++, step /= 2) {
      Sample right = function.apply(step);
      Sample left = function.apply(-step);
      double difference = (right.value() - left.value()) / (2 * step);
      if (!Double.isFinite(difference) || !SmoothnessProbes.same(left.piece(), piece) || !SmoothnessProbes.same(right.piece(), piece)) {
        previous = new double[0];
        continue;
      }
      double[] row = extrapolate(difference, previous);
      double lastPlaces = ROUNDING_ULPS * Math.ulp(Math.max(Math.abs(left.value()), Math.abs(right.value())));
      double noise = Math.max(lastPlaces, roundOff) / step;
      best = best.orBetter(row, previous, noise);
      previous = row;
    }
    return best;
  }

  private boolean isGoodEnough() {
    return uncertainty <= GOOD_ENOUGH * Math.abs(slope);
  }

  /** One more row of the tableau: a halved step, whose error of order 2, 4, ... is cancelled against the row before. */
  private static double[] extrapolate(double difference, double[] previous) {
    double[] row = new double[Math.min(previous.length + 1, ORDERS)];
    row[0] = difference;
    double weight = 4;
    for (int k = 1; k < row.length; k++, weight *= 4) {
      row[k] = (weight * row[k - 1] - previous[k - 1]) / (weight - 1);
    }
    return row;
  }

  /** @param noise what rounding may have done to the row; values that agree better than that do so by chance */
  private CentralDifference orBetter(double[] row, double[] previous, double noise) {
    CentralDifference best = this;
    for (int k = 1; k < row.length; k++) {
      double spread = Math.max(noise, Math.max(Math.abs(row[k] - row[k - 1]), Math.abs(row[k] - previous[k - 1])));
      if (spread < best.uncertainty) {
        best = new CentralDifference(row[k], spread);
      }
    }
    return best;
  }
}
