package dev.nngen.compiler;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The derivative of a function at 0 by central differences with halved steps, extrapolated to step zero. The agreement of neighboring extrapolations
 * selects the best one (Ridders: Accurate computation of F'(x) and F'(x) F''(x), 1982).
 *
 * @param slope the best extrapolation
 * @param uncertainty error estimate: the distance of neighboring extrapolations, or the effect of rounding; infinite if no step could be used
 */
record CentralDifference(double slope, double uncertainty) {

  private static final int STEPS = 14;
  private static final int ORDERS = 6;
  private static final double GOOD_ENOUGH = 1e-9;
  /** Least error of a value, in units in the last place. */
  private static final int ROUNDING_ULPS = 4;

  /** The value of the function at a point, and the smooth piece to which the point belongs ({@link SmoothnessProbes#piece}). */
  record Sample(double value, List<double[]> piece) {}

  /**
   * @param function the function along the line
   * @param piece the smooth piece at 0; steps that reach another piece on either side are not used
   * @param first the largest step
   * @param roundOff rounding error of the function's values
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
      best = best.betterExtrapolation(row, previous, noise);
      previous = row;
    }
    return best;
  }

  private boolean isGoodEnough() {
    return uncertainty <= GOOD_ENOUGH * Math.abs(slope);
  }

  /** Returns the next row of the tableau, for a halved step: errors of order 2, 4, ... cancel against the preceding row. */
  private static double[] extrapolate(double difference, double[] previous) {
    double[] row = new double[Math.min(previous.length + 1, ORDERS)];
    row[0] = difference;
    double weight = 4;
    for (int k = 1; k < row.length; k++, weight *= 4) {
      row[k] = (weight * row[k - 1] - previous[k - 1]) / (weight - 1);
    }
    return row;
  }

  /**
   * @param noise rounding error of the row; values that agree better do so by chance
   */
  private CentralDifference betterExtrapolation(double[] row, double[] previous, double noise) {
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
