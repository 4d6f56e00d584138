package dev.nngen.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How much a sample counts by its class.
 *
 * @param given one for each class, or empty to have every class count the same in all
 */
public record ClassWeights(List<Double> given) {

  /** Every class counts as much as any other, however few samples it has. */
  public static final ClassWeights BALANCED = new ClassWeights(List.of());

  public ClassWeights {
    given = List.copyOf(given);
  }

  /** Reads {@code balanced} or positive numbers with commas between; IllegalArgumentException otherwise. */
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

  /** The weights of each class, so scaled that they are 1 on average over the samples. */
  double[] of(int[] counts) {
    int samples = Arrays.stream(counts).sum();
    double[] weights = new double[counts.length];
    double total = 0;
    // Only their ratios count, and a power of two leaves those as they are.
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
