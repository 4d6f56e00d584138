package dev.nngen.bench.smile;

import dev.nngen.bench.Data;
import dev.nngen.bench.Loss;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import java.lang.reflect.Field;
import java.util.Arrays;
import smile.base.mlp.Layer;
import smile.base.mlp.LayerBuilder;
import smile.base.mlp.MultilayerPerceptron;
import smile.base.mlp.OutputFunction;
import smile.math.matrix.Matrix;
import smile.util.function.TimeFunction;

/** Smile 4, f64, stochastic gradient descent and hidden layers only: its multilayer perceptron, which takes a batch sample by sample. */
public final class SmilePeer implements Peer {

  @Override
  public String name() {
    return "smile";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return workload.network().isEmpty() && precision == Precision.F64 && workload.updateRule() == UpdateRule.SGD && workload.layers() > 1;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) throws ReflectiveOperationException {
    return new Net(workload);
  }

  /** What Smile's classifier and regression do with a batch, for any number of outputs. */
  private static final class Net extends MultilayerPerceptron implements Prepared {

    private static final long serialVersionUID = 1;

    private final transient Workload workload;
    private final double[][] x;
    private final double[][] y;

    Net(Workload workload) throws ReflectiveOperationException {
      super(layers(workload));
      this.workload = workload;
      Data data = Data.of(workload);
      x = rows(data.x(), workload.inputs());
      y = rows(data.y(), workload.outputs());
      setLearningRate(TimeFunction.constant(workload.updateRule().rate()));
      for (int k = 1; k <= workload.layers(); k++) {
        Matrix weights = (Matrix) field("weight").get(layer(k));
        double[] values = data.weights(workload, k);
        for (int entry = 0; entry < values.length; entry++) {
          weights.set(entry / workload.size(k - 1), entry % workload.size(k - 1), values[entry]);
        }
        System.arraycopy(data.bias(workload, k), 0, field("bias").get(layer(k)), 0, workload.size(k));
      }
    }

    private static Layer[] layers(Workload workload) {
      Layer[] layers = new Layer[workload.layers() + 1];
      layers[0] = Layer.input(workload.inputs()).build(0);
      for (int k = 1; k < layers.length; k++) {
        layers[k] = builder(workload, k).build(workload.size(k - 1));
      }
      return layers;
    }

    private static LayerBuilder builder(Workload workload, int k) {
      int units = workload.size(k);
      if (k == workload.layers()) {
        return switch (workload.loss()) {
          case LOG -> Layer.mle(units, OutputFunction.SIGMOID);
          case CROSS_ENTROPY -> Layer.mle(units, OutputFunction.SOFTMAX);
          case SQUARED -> Layer.mse(units, OutputFunction.LINEAR);
        };
      }
      return switch (workload.activation()) {
        case SIGMOID -> Layer.sigmoid(units);
        case TANH -> Layer.tanh(units);
        case RELU -> Layer.rectifier(units);
      };
    }

    private Layer layer(int k) {
      return k == workload.layers() ? output : net[k];
    }

    /** Smile lets nobody see parameters and gradients. */
    private static Field field(String name) throws NoSuchFieldException {
      Field field = Layer.class.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    private static double[][] rows(double[] values, int width) {
      double[][] rows = new double[values.length / width][];
      Arrays.setAll(rows, row -> Arrays.copyOfRange(values, row * width, (row + 1) * width));
      return rows;
    }

    private void differentiate() {
      for (int sample = 0; sample < x.length; sample++) {
        propagate(x[sample], true);
        System.arraycopy(y[sample], 0, target.get(), 0, y[sample].length);
        backpropagate(false);
      }
    }

    @Override
    public void step() {
      differentiate();
      update(x.length);
      t++;
    }

    @Override
    public void predict() {
      propagate(x[0], false);
    }

    /** Smile's gradients are ascents, sums over the batch, and half of the squared error's. */
    @Override
    public Gradient gradient() throws ReflectiveOperationException {
      differentiate();
      double factor = (workload.loss() == Loss.SQUARED ? -2.0 : -1.0) / workload.batch();
      double[] gradient = new double[workload.parameters()];
      int at = 0;
      for (int k = 1; k <= workload.layers(); k++) {
        Matrix weights = (Matrix) ((ThreadLocal<?>) field("weightGradient").get(layer(k))).get();
        double[] bias = (double[]) ((ThreadLocal<?>) field("biasGradient").get(layer(k))).get();
        for (int unit = 0; unit < workload.size(k); unit++) {
          for (int from = 0; from < workload.size(k - 1); from++) {
            gradient[at++] = factor * weights.get(unit, from);
          }
        }
        for (double entry : bias) {
          gradient[at++] = factor * entry;
        }
        weights.fill(0);
        Arrays.fill(bias, 0);
      }
      return new Gradient(Double.NaN, gradient);
    }
  }
}
