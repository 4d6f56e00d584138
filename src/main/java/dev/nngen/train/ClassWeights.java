package dev.nngen.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The weight of a sample by its class.
 *
 * @param given one weight for each class; empty for balanced classes
 */
public record ClassWeights(List<Double> given) {

  /** All classes have the same total weight, regardless of their numbers of samples. */
  public static final ClassWeights BALANCED = new ClassWeights(List.of());

  public ClassWeights {
    given = List.copyOf(given);
  }

  /**
   * Parses {@code balanced} or positive numbers separated by commas.
   *
   * @throws IllegalArgumentException for other text
   */
  public static ClassWeights parse(String text) {
    if (text.equals("balanced")) {
      return BALANCED;
    }
    List<Double> weights = Arrays.stream(text.split(",", -1)).map(Double::valueOf).toList();
    if (weights.stream().anyMatch(w -> !(w > 0) || w.isInfinite())) {
      throw new IllegalArgumentException("class weights are positive numbers");
    }
    return new ClassWeights(weights);
  }

  /** Returns the weights of each class, scaled to a mean of 1 over the samples. */
  double[] of(int[] counts) {
    int samples = Arrays.stream(counts).sum();
    double[] weights = new double[counts.length];
    double total = 0;
    // Only the ratios of the weights matter, and a power of two preserves them.
    double unit = given.stream().mapToDouble(weight -> Math.scalb(1.0, Math.getExponent(weight))).max().orElse(1);
    for (int k = 0; k < weights.length; k++) {
      weights[k] = given.isEmpty() ? counts[k] == 0 ? 0 : 1.0 / counts[k] : given.get(k) / unit;
      total += weights[k] * counts[k];
    }
    for (int k = 0; k < weights.length; k++) {
      weights[k] *= samples / total;
    }
    return weights;
  }

  @Override
  public String toString() {
    return given.isEmpty() ? "balanced" : given.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
