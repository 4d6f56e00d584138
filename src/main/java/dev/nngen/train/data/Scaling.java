package dev.nngen.train.data;

import dev.nngen.train.data.ScalingChoice.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Scaling of features: {@code (x - shift) / divisor} for each. It is fitted on training samples only, and stored with the weights. */
public record Scaling(double[] shift, double[] divisor) {

  /** Returns the identity. */
  public static Scaling none(int features) {
    return dividing(features, 1);
  }

  static Scaling dividing(int features, double by) {
    double[] divisor = new double[features];
    Arrays.fill(divisor, by);
    return new Scaling(new double[features], divisor);
  }

  /** Fits a scaling to some rows; a constant feature is only shifted. */
  static Scaling fit(Kind kind, Data data, int[] rows, FeatureStatistics statistics) {
    double[] spread = kind == Kind.STANDARD ? statistics.deviations(data, rows) : new double[data.features()];
    double[] divisor = new double[data.features()];
    for (int k = 0; k < divisor.length; k++) {
      if (kind == Kind.MINMAX) {
        spread[k] = statistics.high()[k] - statistics.low()[k];
      }
      divisor[k] = spread[k] > noise(kind, statistics, k) ? spread[k] : Math.max(1, noise(kind, statistics, k));
    }
    return new Scaling(kind == Kind.STANDARD ? statistics.mean() : statistics.low(), divisor);
  }

  /** Returns this scaling averaged over entries that are the same number of different steps. */
  Scaling shared(int[] numbers) {
    return new Scaling(means(shift, numbers), means(divisor, numbers));
  }

  private static double[] means(double[] entries, int[] numbers) {
    Map<Integer, Double> means = IntStream.range(0, numbers.length).boxed()
        .collect(Collectors.groupingBy(k -> numbers[k], Collectors.averagingDouble(k -> entries[k])));
    return Arrays.stream(numbers).mapToDouble(means::get).toArray();
  }

  /** Returns this scaling without integers, which stay unchanged. */
  Scaling sparing(Signature signature) {
    Scaling spared = new Scaling(shift.clone(), divisor.clone());
    int first = 0;
    for (Signature.Port input : signature.inputs()) {
      if (input.count() > 0) {
        Arrays.fill(spared.shift, first, first + input.size(), 0);
        Arrays.fill(spared.divisor, first, first + input.size(), 1);
      }
      first += input.size();
    }
    return spared;
  }

  /** Returns the deviation that rounding alone may cause; it does not count as a spread. */
  private static double noise(Kind kind, FeatureStatistics statistics, int feature) {
    return kind == Kind.STANDARD ? 1e-12 * Math.abs(statistics.mean()[feature]) : 0;
  }

  /** Whether it is the identity. */
  public boolean isNone() {
    return Arrays.stream(shift).allMatch(by -> by == 0) && Arrays.stream(divisor).allMatch(by -> by == 1);
  }

  /** Returns the value of an entry of a sample: a feature is scaled, a target is not. */
  public double scaled(double value, int entry) {
    return entry < shift.length ? (value - shift[entry]) / divisor[entry] : value;
  }
}
