package dev.nngen.bench.ejml;

import dev.nngen.bench.Data;
import dev.nngen.bench.Loss;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** {@link NetF64} in single precision. */
final class NetF32 implements Prepared {

  private static final float BETA1 = (float) UpdateRule.BETA1;
  private static final float BETA2 = (float) UpdateRule.BETA2;
  private static final float EPSILON = (float) UpdateRule.EPSILON;

  private final Workload workload;
  private final int layers;
  private final FMatrixRMaj x;
  private final FMatrixRMaj y;
  private final FMatrixRMaj sample;
  private final FMatrixRMaj[] w;
  private final FMatrixRMaj[] b;
  private final FMatrixRMaj[] dw;
  private final FMatrixRMaj[] db;
  /** Outputs of the layers, and their errors, for the batch and for one sample. */
  private final FMatrixRMaj[] a;
  private final FMatrixRMaj[] single;
  private final FMatrixRMaj[] error;
  private final FMatrixRMaj[] moment;
  private final FMatrixRMaj[] square;
  private long t;

  NetF32(Workload workload) {
    this.workload = workload;
    layers = workload.layers();
    Data data = Data.of(workload);
    x = FMatrixRMaj.wrap(workload.batch(), workload.inputs(), Data.narrow(data.x()));
    y = FMatrixRMaj.wrap(workload.batch(), workload.outputs(), Data.narrow(data.y()));
    sample = FMatrixRMaj.wrap(1, workload.inputs(), Data.narrow(data.firstSample(workload)));
    w = new FMatrixRMaj[layers];
    b = new FMatrixRMaj[layers];
    dw = new FMatrixRMaj[layers];
    db = new FMatrixRMaj[layers];
    a = new FMatrixRMaj[layers];
    single = new FMatrixRMaj[layers];
    error = new FMatrixRMaj[layers];
    moment = new FMatrixRMaj[2 * layers];
    square = new FMatrixRMaj[2 * layers];
    for (int k = 0; k < layers; k++) {
      int in = workload.size(k);
      int out = workload.size(k + 1);
      w[k] = FMatrixRMaj.wrap(in, out, Data.narrow(Data.transposed(data.weights(workload, k + 1), out, in)));
      b[k] = FMatrixRMaj.wrap(1, out, Data.narrow(data.bias(workload, k + 1)));
      dw[k] = new FMatrixRMaj(in, out);
      db[k] = new FMatrixRMaj(1, out);
      a[k] = new FMatrixRMaj(workload.batch(), out);
      single[k] = new FMatrixRMaj(1, out);
      error[k] = new FMatrixRMaj(workload.batch(), out);
      moment[2 * k] = new FMatrixRMaj(in, out);
      square[2 * k] = new FMatrixRMaj(in, out);
      moment[2 * k + 1] = new FMatrixRMaj(1, out);
      square[2 * k + 1] = new FMatrixRMaj(1, out);
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

  private void forward(FMatrixRMaj input, FMatrixRMaj[] outputs) {
    FMatrixRMaj previous = input;
    for (int k = 0; k < layers; k++) {
      CommonOps_FDRM.mult(previous, w[k], outputs[k]);
      if (k < layers - 1) {
        hidden(outputs[k], b[k].data);
      } else {
        output(outputs[k], b[k].data);
      }
      previous = outputs[k];
    }
  }

  private void hidden(FMatrixRMaj z, float[] bias) {
    float[] values = z.data;
    int units = z.numCols;
    for (int at = 0; at < z.numRows * units; at += units) {
      switch (workload.activation()) {
        case SIGMOID -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = 1 / (1 + (float) Math.exp(-(values[at + j] + bias[j])));
          }
        }
        case TANH -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = (float) Math.tanh(values[at + j] + bias[j]);
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

  private void output(FMatrixRMaj z, float[] bias) {
    float[] values = z.data;
    int units = z.numCols;
    for (int at = 0; at < z.numRows * units; at += units) {
      for (int j = 0; j < units; j++) {
        values[at + j] += bias[j];
      }
      switch (workload.loss()) {
        case LOG -> {
          for (int j = 0; j < units; j++) {
            values[at + j] = 1 / (1 + (float) Math.exp(-values[at + j]));
          }
        }
        case CROSS_ENTROPY -> softmax(values, at, units);
        case SQUARED -> { }
      }
    }
  }

  private static void softmax(float[] values, int at, int units) {
    float largest = values[at];
    for (int j = 1; j < units; j++) {
      largest = Math.max(largest, values[at + j]);
    }
    float sum = 0;
    for (int j = 0; j < units; j++) {
      values[at + j] = (float) Math.exp(values[at + j] - largest);
      sum += values[at + j];
    }
    float factor = 1 / sum;
    for (int j = 0; j < units; j++) {
      values[at + j] *= factor;
    }
  }

  private void backward() {
    float[] e = error[layers - 1].data;
    float factor = (workload.loss() == Loss.SQUARED ? 2f : 1f) / workload.batch();
    for (int at = 0; at < e.length; at++) {
      e[at] = factor * (a[layers - 1].data[at] - y.data[at]);
    }
    for (int k = layers - 1; k >= 0; k--) {
      CommonOps_FDRM.multTransA(k == 0 ? x : a[k - 1], error[k], dw[k]);
      sumRows(error[k], db[k].data);
      if (k > 0) {
        CommonOps_FDRM.multTransB(error[k], w[k], error[k - 1]);
        timesSlope(error[k - 1].data, a[k - 1].data);
      }
    }
  }

  private static void sumRows(FMatrixRMaj matrix, float[] sums) {
    int units = matrix.numCols;
    Arrays.fill(sums, 0);
    for (int at = 0; at < matrix.numRows * units; at += units) {
      for (int j = 0; j < units; j++) {
        sums[j] += matrix.data[at + j];
      }
    }
  }

  private void timesSlope(float[] e, float[] values) {
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
      CommonOps_FDRM.addEquals(w[k], (float) -UpdateRule.SGD.rate(), dw[k]);
      CommonOps_FDRM.addEquals(b[k], (float) -UpdateRule.SGD.rate(), db[k]);
    }
  }

  private void adam() {
    t++;
    float scale1 = (float) (1 / (1 - Math.pow(UpdateRule.BETA1, t)));
    float scale2 = (float) (1 / (1 - Math.pow(UpdateRule.BETA2, t)));
    for (int k = 0; k < layers; k++) {
      adam(w[k].data, dw[k].data, moment[2 * k].data, square[2 * k].data, scale1, scale2);
      adam(b[k].data, db[k].data, moment[2 * k + 1].data, square[2 * k + 1].data, scale1, scale2);
    }
  }

  private static void adam(float[] w, float[] g, float[] m, float[] s, float scale1, float scale2) {
    float rate = (float) UpdateRule.ADAM.rate() * scale1;
    for (int at = 0; at < w.length; at++) {
      m[at] = BETA1 * m[at] + (1 - BETA1) * g[at];
      s[at] = BETA2 * s[at] + (1 - BETA2) * g[at] * g[at];
      w[at] -= rate * m[at] / ((float) Math.sqrt(s[at] * scale2) + EPSILON);
    }
  }

  @Override
  public Gradient gradient() {
    forward(x, a);
    backward();
    double[] gradient = new double[workload.parameters()];
    int at = 0;
    for (int k = 0; k < layers; k++) {
      double[] weights = Data.transposed(Data.widen(dw[k].data), dw[k].numRows, dw[k].numCols);
      System.arraycopy(weights, 0, gradient, at, weights.length);
      System.arraycopy(Data.widen(db[k].data), 0, gradient, at + weights.length, db[k].data.length);
      at += weights.length + db[k].data.length;
    }
    return new Gradient(Double.NaN, gradient);
  }
}
