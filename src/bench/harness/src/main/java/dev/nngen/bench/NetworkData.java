package dev.nngen.bench;

import java.util.Arrays;
import java.util.Random;

/**
 * One batch of a {@link Network} and the parameters to begin with, the same for every peer. Samples are stored one after another, each row by row.
 *
 * @param x real numbers; empty where the network reads words
 * @param words whole numbers below the vocabulary; empty where the network reads real numbers
 * @param labels of each sample
 * @param parameters one after another, in the order of {@link Network}; gradients are compared in this order
 */
public record NetworkData(double[] x, int[] words, int[] labels, double[] parameters) {

  /** The workload's data; always the same. Every number is exact in f32, so that both precisions have the same task. */
  public static NetworkData of(Workload workload) {
    Network network = workload.network().orElseThrow();
    Random random = new Random(workload.ordinal());
    int inputs = workload.batch() * network.inputs();
    double[] x = network.vocabulary() > 0 ? new double[0] : uniform(random, inputs, 0, 1);
    int[] words = network.vocabulary() > 0 ? random.ints(inputs, 0, network.vocabulary()).toArray() : new int[0];
    int[] labels = random.ints((long) workload.batch() * network.labels(), 0, network.classes()).toArray();
    double[] parameters = network.parameters().stream().flatMapToDouble(shape -> Arrays.stream(drawn(random, shape))).toArray();
    return new NetworkData(x, words, labels, parameters);
  }

  /** Glorot's uniform distribution for weights, small biases, scales around 1. */
  private static double[] drawn(Random random, int[] shape) {
    int entries = Network.entries(shape);
    if (shape.length == 1) {
      return uniform(random, entries, 0, 0.1);
    }
    int inputs = entries / shape[0];
    return inputs == Network.SCALE ? uniform(random, entries, 1, 0.1) : uniform(random, entries, 0, Math.sqrt(6.0 / (inputs + shape[0])));
  }

  private static double[] uniform(Random random, int count, double middle, double bound) {
    return random.doubles(count).map(number -> (float) (middle + bound * (2 * number - 1))).toArray();
  }

  /** Returns data in another order of axes: {@code axes[k]} is the axis of the given shape that becomes axis k. */
  public static double[] permuted(double[] data, int[] shape, int... axes) {
    int[] strides = new int[shape.length];
    for (int k = shape.length - 1, stride = 1; k >= 0; stride *= shape[k--]) {
      strides[k] = stride;
    }
    double[] to = new double[data.length];
    int[] at = new int[shape.length];
    for (int entry = 0; entry < to.length; entry++) {
      int from = 0;
      for (int k = 0; k < axes.length; k++) {
        from += at[k] * strides[axes[k]];
      }
      to[entry] = data[from];
      for (int k = axes.length - 1; k >= 0 && ++at[k] == shape[axes[k]]; k--) {
        at[k] = 0;
      }
    }
    return to;
  }
}
