package dev.nngen.bench;

/** Loss and gradient in plain loops, f64, a sample at a time: short enough to be checked by reading. */
final class Reference {

  private final Workload workload;
  private final Data data;
  private final double[] gradient;
  private double loss;

  private Reference(Workload workload) {
    this.workload = workload;
    data = Data.of(workload);
    gradient = new double[workload.parameters()];
  }

  static Prepared.Gradient gradient(Workload workload) {
    Reference reference = new Reference(workload);
    for (int sample = 0; sample < workload.batch(); sample++) {
      reference.add(sample);
    }
    double[] mean = java.util.Arrays.stream(reference.gradient).map(sum -> sum / workload.batch()).toArray();
    return new Prepared.Gradient(reference.loss / workload.batch(), mean);
  }

  /** Adds one sample's loss and gradient. */
  private void add(int sample) {
    int layers = workload.layers();
    double[][] a = new double[layers + 1][];
    a[0] = java.util.Arrays.copyOfRange(data.x(), sample * workload.inputs(), (sample + 1) * workload.inputs());
    int at = 0;
    for (int k = 1; k <= layers; k++) {
      a[k] = affine(a[k - 1], workload.size(k), at);
      activate(a[k], k < layers);
      at += (a[k - 1].length + 1) * a[k].length;
    }
    double[] error = outputError(a[layers], sample * workload.outputs());
    for (int k = layers; k >= 1; k--) {
      at -= (a[k - 1].length + 1) * a[k].length;
      error = back(error, a[k - 1], at, k > 1);
    }
  }

  /** W x + b with the parameters that begin at {@code at}. */
  private double[] affine(double[] x, int units, int at) {
    double[] z = new double[units];
    for (int i = 0; i < units; i++) {
      z[i] = data.parameters()[at + units * x.length + i];
      for (int j = 0; j < x.length; j++) {
        z[i] += data.parameters()[at + i * x.length + j] * x[j];
      }
    }
    return z;
  }

  private void activate(double[] z, boolean hidden) {
    if (!hidden) {
      return;
    }
    for (int i = 0; i < z.length; i++) {
      z[i] = switch (workload.activation()) {
        case SIGMOID -> 1 / (1 + Math.exp(-z[i]));
        case TANH -> Math.tanh(z[i]);
        case RELU -> Math.max(0, z[i]);
      };
    }
  }

  /** Returns the derivative of the sample's loss with respect to the last layer's values before the activation; adds the loss. */
  private double[] outputError(double[] z, int targets) {
    double logSum = 0;
    for (double value : z) {
      logSum += Math.exp(value);
    }
    logSum = Math.log(logSum);
    double[] error = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double y = data.y()[targets + i];
      switch (workload.loss()) {
        case LOG -> {
          loss += Math.log1p(Math.exp(z[i])) - y * z[i];
          error[i] = 1 / (1 + Math.exp(-z[i])) - y;
        }
        case CROSS_ENTROPY -> {
          loss += y * (logSum - z[i]);
          error[i] = Math.exp(z[i] - logSum) - y;
        }
        case SQUARED -> {
          loss += (z[i] - y) * (z[i] - y);
          error[i] = 2 * (z[i] - y);
        }
      }
    }
    return error;
  }

  /** Adds the gradients of a layer whose output has that error; returns the error of its input before the activation. */
  private double[] back(double[] error, double[] x, int at, boolean further) {
    double[] before = new double[x.length];
    for (int i = 0; i < error.length; i++) {
      gradient[at + error.length * x.length + i] += error[i];
      for (int j = 0; j < x.length; j++) {
        gradient[at + i * x.length + j] += error[i] * x[j];
        before[j] += data.parameters()[at + i * x.length + j] * error[i];
      }
    }
    for (int j = 0; further && j < x.length; j++) {
      before[j] *= switch (workload.activation()) {
        case SIGMOID -> x[j] * (1 - x[j]);
        case TANH -> 1 - x[j] * x[j];
        case RELU -> x[j] > 0 ? 1 : 0;
      };
    }
    return before;
  }
}
