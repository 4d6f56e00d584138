package dev.nngen.bench.encog;

import dev.nngen.bench.Data;
import dev.nngen.bench.Loss;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import java.lang.reflect.Field;
import java.util.Arrays;
import org.encog.engine.network.activation.ActivationFunction;
import org.encog.engine.network.activation.ActivationLinear;
import org.encog.engine.network.activation.ActivationReLU;
import org.encog.engine.network.activation.ActivationSigmoid;
import org.encog.engine.network.activation.ActivationSoftMax;
import org.encog.engine.network.activation.ActivationTANH;
import org.encog.ml.data.MLDataPair;
import org.encog.ml.data.basic.BasicMLDataSet;
import org.encog.neural.networks.BasicNetwork;
import org.encog.neural.networks.layers.BasicLayer;
import org.encog.neural.networks.training.propagation.sgd.StochasticGradientDescent;
import org.encog.neural.networks.training.propagation.sgd.update.AdamUpdate;
import org.encog.neural.networks.training.propagation.sgd.update.MomentumUpdate;

/** Encog 3.4, f64 only: its trainer for batches, which adds the samples' gradients up. */
public final class EncogPeer implements Peer {

  @Override
  public String name() {
    return "encog";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return workload.network().isEmpty() && precision == Precision.F64;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) {
    return new Net(workload);
  }

  private static final class Net implements Prepared {

    private final Workload workload;
    private final BasicNetwork network = new BasicNetwork();
    private final BasicMLDataSet batch;
    private final MLDataPair[] pairs;
    private final StochasticGradientDescent training;
    private final double[] sample;
    private final double[] output;

    Net(Workload workload) {
      this.workload = workload;
      Data data = Data.of(workload);
      network.addLayer(new BasicLayer(null, true, workload.inputs()));
      for (int k = 1; k < workload.layers(); k++) {
        network.addLayer(new BasicLayer(hidden(workload), true, workload.size(k)));
      }
      network.addLayer(new BasicLayer(output(workload), false, workload.outputs()));
      network.getStructure().finalizeStructure();
      setParameters(data);
      batch = new BasicMLDataSet(rows(data.x(), workload.inputs()), rows(data.y(), workload.outputs()));
      pairs = batch.getData().toArray(MLDataPair[]::new);
      training = new StochasticGradientDescent(network, batch);
      training.setUpdateRule(workload.updateRule() == UpdateRule.ADAM ? new AdamUpdate() : new MomentumUpdate());
      training.setMomentum(0);
      training.setLearningRate(workload.updateRule().rate());
      sample = data.firstSample(workload);
      output = new double[workload.outputs()];
    }

    private static ActivationFunction hidden(Workload workload) {
      return switch (workload.activation()) {
        case SIGMOID -> new ActivationSigmoid();
        case TANH -> new ActivationTANH();
        case RELU -> new ActivationReLU();
      };
    }

    private static ActivationFunction output(Workload workload) {
      return switch (workload.loss()) {
        case LOG -> new ActivationSigmoid();
        case CROSS_ENTROPY -> new ActivationSoftMax();
        case SQUARED -> new ActivationLinear();
      };
    }

    private void setParameters(Data data) {
      for (int k = 0; k < workload.layers(); k++) {
        double[] weights = data.weights(workload, k + 1);
        double[] bias = data.bias(workload, k + 1);
        int in = workload.size(k);
        for (int unit = 0; unit < bias.length; unit++) {
          for (int from = 0; from < in; from++) {
            network.setWeight(k, from, unit, weights[unit * in + from]);
          }
          network.setWeight(k, in, unit, bias[unit]);
        }
      }
    }

    private static double[][] rows(double[] values, int width) {
      double[][] rows = new double[values.length / width][];
      Arrays.setAll(rows, row -> Arrays.copyOfRange(values, row * width, (row + 1) * width));
      return rows;
    }

    @Override
    public void step() {
      for (MLDataPair pair : pairs) {
        training.process(pair);
      }
      training.update();
    }

    @Override
    public void predict() {
      network.compute(sample, output);
    }

    /** The trainer has no accessor for its gradients. They are ascents, sums over the batch, and half of the squared error's. */
    @Override
    public Gradient gradient() throws ReflectiveOperationException {
      for (MLDataPair pair : pairs) {
        training.process(pair);
      }
      Field field = StochasticGradientDescent.class.getDeclaredField("gradients");
      field.setAccessible(true);
      double[] sums = (double[]) field.get(training);
      double factor = (workload.loss() == Loss.SQUARED ? -2.0 : -1.0) / workload.batch();
      double[] gradient = inCommonOrder(sums);
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] *= factor;
      }
      Arrays.fill(sums, 0);
      return new Gradient(Double.NaN, gradient);
    }

    /** Encog lays the last layer first, and each unit's bias behind its weights. */
    private double[] inCommonOrder(double[] from) {
      double[] to = new double[from.length];
      int at = 0;
      for (int k = 0; k < workload.layers(); k++) {
        int in = workload.size(k);
        int out = workload.size(k + 1);
        int begin = network.getFlat().getWeightIndex()[workload.layers() - 1 - k];
        for (int unit = 0; unit < out; unit++) {
          System.arraycopy(from, begin + unit * (in + 1), to, at + unit * in, in);
          to[at + out * in + unit] = from[begin + unit * (in + 1) + in];
        }
        at += (in + 1) * out;
      }
      return to;
    }
  }
}
