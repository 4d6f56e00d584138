package dev.nngen.bench;

import java.util.Random;

/**
 * One batch and the parameters to begin with, the same for every peer. Samples are stored one after another. Parameters are
 * stored layer by layer, each as {@code W[units][inputs]}, row by row, followed by {@code b[units]}; gradients are compared in this order.
 *
 * @param x batch x inputs
 * @param y batch x outputs
 * @param parameters all parameters
 */
public record Data(double[] x, double[] y, double[] parameters) {

  /** The workload's data; always the same. Every number is exact in f32, so that both precisions have the same task. */
  public static Data of(Workload workload) {
    Random random = new Random(workload.ordinal());
    double[] x = new double[workload.batch() * workload.inputs()];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) (2 * random.nextDouble() - 1);
    }
    return new Data(x, targets(workload, random), parameters(workload, random));
  }

  private static double[] targets(Workload workload, Random random) {
    int outputs = workload.outputs();
    double[] y = new double[workload.batch() * outputs];
    for (int sample = 0; sample < workload.batch(); sample++) {
      switch (workload.loss()) {
        case LOG -> y[sample * outputs] = random.nextInt(2);
        case CROSS_ENTROPY -> y[sample * outputs + random.nextInt(outputs)] = 1;
        case SQUARED -> {
          for (int k = 0; k < outputs; k++) {
            y[sample * outputs + k] = (float) (2 * random.nextDouble() - 1);
          }
        }
      }
    }
    return y;
  }

  /** Glorot's uniform distribution, and small biases. */
  private static double[] parameters(Workload workload, Random random) {
    double[] parameters = new double[workload.parameters()];
    int at = 0;
    for (int k = 1; k <= workload.layers(); k++) {
      int in = workload.size(k - 1);
      int out = workload.size(k);
      double bound = Math.sqrt(6.0 / (in + out));
      for (int entry = 0; entry < in * out; entry++) {
        parameters[at++] = (float) (bound * (2 * random.nextDouble() - 1));
      }
      for (int entry = 0; entry < out; entry++) {
        parameters[at++] = (float) (0.1 * (2 * random.nextDouble() - 1));
      }
    }
    return parameters;
  }

  /** The matrix of layer {@code k = 1, 2, ...}: units x inputs, row by row. */
  public double[] weights(Workload workload, int k) {
    int begin = begin(workload, k);
    return java.util.Arrays.copyOfRange(parameters, begin, begin + workload.size(k - 1) * workload.size(k));
  }

  /** The bias of layer {@code k = 1, 2, ...}. */
  public double[] bias(Workload workload, int k) {
    int begin = begin(workload, k) + workload.size(k - 1) * workload.size(k);
    return java.util.Arrays.copyOfRange(parameters, begin, begin + workload.size(k));
  }

  /** Returns the index of the first parameter of layer {@code k}. */
  private static int begin(Workload workload, int k) {
    int begin = 0;
    for (int layer = 1; layer < k; layer++) {
      begin += (workload.size(layer - 1) + 1) * workload.size(layer);
    }
    return begin;
  }

  /** The first sample's inputs. */
  public double[] firstSample(Workload workload) {
    return java.util.Arrays.copyOf(x, workload.inputs());
  }

  /** The same numbers in f32. */
  public static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int k = 0; k < values.length; k++) {
      narrow[k] = (float) values[k];
    }
    return narrow;
  }

  /** The same numbers in f64. */
  public static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      wide[k] = values[k];
    }
    return wide;
  }

  /** Returns the transpose of a matrix; both are stored row by row. */
  public static double[] transposed(double[] matrix, int rows, int columns) {
    double[] transposed = new double[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }
}
