package dev.nngen.bench.ejml;

import dev.nngen.bench.Data;
import dev.nngen.bench.Loss;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A network of dense layers by hand: backpropagation as textbooks have it, EJML's products, everything else in loops over the matrices'
 * arrays, nothing allocated after the constructor. A sample is a row; {@code w[k]} is inputs x units. The output's error is the
 * simplified one (P - Y), the loss itself is not computed in a step.
 */
final class NetF64 implements Prepared {

  private final Workload workload;
  private final int layers;
  private final DMatrixRMaj x;
  private final DMatrixRMaj y;
  private final DMatrixRMaj sample;
  private final DMatrixRMaj[] w;
  private final DMatrixRMaj[] b;
  private final DMatrixRMaj[] dw;
  private final DMatrixRMaj[] db;
  /** Outputs of the layers, and their errors, for the batch and for one sample. */
  private final DMatrixRMaj[] a;
  private final DMatrixRMaj[] single;
  private final DMatrixRMaj[] error;
  private final DMatrixRMaj[] moment;
  private final DMatrixRMaj[] square;
  private long t;

  NetF64(Workload workload) {
    this.workload = workload;
    layers = workload.layers();
    Data data = Data.of(workload);
    x = DMatrixRMaj.wrap(workload.batch(), workload.inputs(), data.x());
    y = DMatrixRMaj.wrap(workload.batch(), workload.outputs(), data.y());
    sample = DMatrixRMaj.wrap(1, workload.inputs(), data.firstSample(workload));
    w = new DMatrixRMaj[layers];
    b = new DMatrixRMaj[layers];
    dw = new DMatrixRMaj[layers];
    db = new DMatrixRMaj[layers];
    a = new DMatrixRMaj[layers];
    single = new DMatrixRMaj[layers];
    error = new DMatrixRMaj[layers];
    moment = new DMatrixRMaj[2 * layers];
    square = new DMatrixRMaj[2 * layers];
    for (int k = 0; k < layers; k++) {
      int in = workload.size(k);
      int out = workload.size(k + 1);
      w[k] = DMatrixRMaj.wrap(in, out, Data.transposed(data.weights(workload, k + 1), out, in));
      b[k] = DMatrixRMaj.wrap(1, out, data.bias(workload, k + 1));
      dw[k] = new DMatrixRMaj(in, out);
      db[k] = new DMatrixRMaj(1, out);
      a[k] = new DMatrixRMaj(workload.batch(), out);
      single[k] = new DMatrixRMaj(1, out);
      error[k] = new DMatrixRMaj(workload.batch(), out);
      moment[2 * k] = new DMatrixRMaj(in, out);
      square[2 * k] = new DMatrixRMaj(in, out);
      moment[2 * k + 1] = new DMatrixRMaj(1, out);
      square[2 * k + 1] = new DMatrixRMaj(1, out);
    }
  }

  @Override
  public void step() {
    forward(x, a);
    backward();
    if (workload.updateRule() == UpdateRule.ADAM) {
      adam();
    } else {
      descend();
    }
  }

  @Override
  public void predict() {
    forward(sample, single);
  }

  private void forward(DMatrixRMaj input, DMatrixRMaj[] outputs) {
    DMatrixRMaj previous = input;
    for (int k = 0; k < layers; k++) {
      CommonOps_DDRM.mult(previous, w[k], outputs[k]);
      if (k < layers - 1) {
        hidden(outputs[k], b[k].data);
      } else {
        output(outputs[k], b[k].data);
      }
      previous = outputs[k];
    }
  }

  private void hidden(DMatrixRMaj z, double[] bias) {
    double[] values = z.data;
    int units = z.numCols;
    for (int at = 0; at < z.numRows * units; at += units) {
      switch (workload.activation()) {
        case SIGMOID -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = 1 / (1 + Math.exp(-(values[at + j] + bias[j])));
          }
        }
        case TANH -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = Math.tanh(values[at + j] + bias[j]);
          }
        }
        case RELU -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = Math.max(0, values[at + j] + bias[j]);
          }
        }
      }
    }
  }

  private void output(DMatrixRMaj z, double[] bias) {
    double[] values = z.data;
    int units = z.numCols;
    for (int at = 0; at < z.numRows * units; at += units) {
      for (int j = 0; j < units; j++) {
        values[at + j] += bias[j];
      }
      switch (workload.loss()) {
        case LOG -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = 1 / (1 + Math.exp(-values[at + j]));
          }
        }
        case CROSS_ENTROPY -> softmax(values, at, units);
        case SQUARED -> { }
      }
    }
  }

  private static void softmax(double[] values, int at, int units) {
    double largest = values[at];
    for (int j = 1; j < units; j++) {
      largest = Math.max(largest, values[at + j]);
    }
    double sum = 0;
    for (int j = 0; j < units; j++) {
      values[at + j] = Math.exp(values[at + j] - largest);
      sum += values[at + j];
    }
    double factor = 1 / sum;
    for (int j = 0; j < units; j++) {
      values[at + j] *= factor;
    }
  }

  private void backward() {
    double[] e = error[layers - 1].data;
    double factor = (workload.loss() == Loss.SQUARED ? 2.0 : 1.0) / workload.batch();
    for (int at = 0; at < e.length; at++) {
      e[at] = factor * (a[layers - 1].data[at] - y.data[at]);
    }
    for (int k = layers - 1; k >= 0; k--) {
      CommonOps_DDRM.multTransA(k == 0 ? x : a[k - 1], error[k], dw[k]);
      sumRows(error[k], db[k].data);
      if (k > 0) {
        CommonOps_DDRM.multTransB(error[k], w[k], error[k - 1]);
        timesSlope(error[k - 1].data, a[k - 1].data);
      }
    }
  }

  private static void sumRows(DMatrixRMaj matrix, double[] sums) {
    int units = matrix.numCols;
    Arrays.fill(sums, 0);
    for (int at = 0; at < matrix.numRows * units; at += units) {
      for (int j = 0; j < units; j++) {
        sums[j] += matrix.data[at + j];
      }
    }
  }

  private void timesSlope(double[] e, double[] values) {
    switch (workload.activation()) {
      case SIGMOID -> {
        for (int at = 0; at < e.length; at++) {
          e[at] *= values[at] * (1 - values[at]);
        }
      }
      case TANH -> {
        for (int at = 0; at < e.length; at++) {
          e[at] *= 1 - values[at] * values[at];
        }
      }
      case RELU -> {
        for (int at = 0; at < e.length; at++) {
          e[at] = values[at] > 0 ? e[at] : 0;
        }
      }
    }
  }

  private void descend() {
    for (int k = 0; k < layers; k++) {
      CommonOps_DDRM.addEquals(w[k], -UpdateRule.SGD.rate(), dw[k]);
      CommonOps_DDRM.addEquals(b[k], -UpdateRule.SGD.rate(), db[k]);
    }
  }

  private void adam() {
    t++;
    double scale1 = 1 / (1 - Math.pow(UpdateRule.BETA1, t));
    double scale2 = 1 / (1 - Math.pow(UpdateRule.BETA2, t));
    for (int k = 0; k < layers; k++) {
      adam(w[k].data, dw[k].data, moment[2 * k].data, square[2 * k].data, scale1, scale2);
      adam(b[k].data, db[k].data, moment[2 * k + 1].data, square[2 * k + 1].data, scale1, scale2);
    }
  }

  private static void adam(double[] w, double[] g, double[] m, double[] s, double scale1, double scale2) {
    double rate = UpdateRule.ADAM.rate() * scale1;
    for (int at = 0; at < w.length; at++) {
      m[at] = UpdateRule.BETA1 * m[at] + (1 - UpdateRule.BETA1) * g[at];
      s[at] = UpdateRule.BETA2 * s[at] + (1 - UpdateRule.BETA2) * g[at] * g[at];
      w[at] -= rate * m[at] / (Math.sqrt(s[at] * scale2) + UpdateRule.EPSILON);
    }
  }

  @Override
  public Gradient gradient() {
    forward(x, a);
    backward();
    double[] gradient = new double[workload.parameters()];
    int at = 0;
    for (int k = 0; k < layers; k++) {
      double[] weights = Data.transposed(dw[k].data, dw[k].numRows, dw[k].numCols);
      System.arraycopy(weights, 0, gradient, at, weights.length);
      System.arraycopy(db[k].data, 0, gradient, at + weights.length, db[k].data.length);
      at += weights.length + db[k].data.length;
    }
    return new Gradient(Double.NaN, gradient);
  }
}
