package dev.nngen.bench.dl4j;

import dev.nngen.bench.Data;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deeplearning4j, f32, with MKL on one thread. */
public final class Dl4jPeer implements Peer {

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return workload.network().isEmpty() && precision == Precision.F32;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) {
    return new Net(workload);
  }

  private static final class Net implements Prepared {

    private final Workload workload;
    private final MultiLayerNetwork network;
    private final INDArray x;
    private final INDArray y;
    private final INDArray sample;

    Net(Workload workload) {
      this.workload = workload;
      Data data = Data.of(workload);
      x = matrix(data.x(), workload.batch(), workload.inputs());
      y = matrix(data.y(), workload.batch(), workload.outputs());
      sample = matrix(data.firstSample(workload), 1, workload.inputs());
      var layers = new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT)
          .updater(workload.updateRule() == UpdateRule.ADAM ? new Adam(UpdateRule.ADAM.rate()) : new Sgd(UpdateRule.SGD.rate())).list();
      for (int k = 1; k < workload.layers(); k++) {
        layers.layer(new DenseLayer.Builder().nIn(workload.size(k - 1)).nOut(workload.size(k)).activation(hidden(workload)).build());
      }
      layers.layer(new OutputLayer.Builder(loss(workload)).nIn(workload.size(workload.layers() - 1)).nOut(workload.outputs())
          .activation(output(workload)).build());
      network = new MultiLayerNetwork(layers.build());
      network.init();
      for (int k = 0; k < workload.layers(); k++) {
        int in = workload.size(k);
        int out = workload.size(k + 1);
        network.setParam(k + "_W", matrix(Data.transposed(data.weights(workload, k + 1), out, in), in, out));
        network.setParam(k + "_b", matrix(data.bias(workload, k + 1), 1, out));
      }
    }

    private static INDArray matrix(double[] values, int rows, int columns) {
      return Nd4j.createFromArray(Data.narrow(values)).reshape(rows, columns);
    }

    private static Activation hidden(Workload workload) {
      return Activation.valueOf(workload.activation().name());
    }

    private static Activation output(Workload workload) {
      return switch (workload.loss()) {
        case LOG -> Activation.SIGMOID;
        case CROSS_ENTROPY -> Activation.SOFTMAX;
        case SQUARED -> Activation.IDENTITY;
      };
    }

    private static LossFunction loss(Workload workload) {
      return switch (workload.loss()) {
        case LOG -> LossFunction.XENT;
        case CROSS_ENTROPY -> LossFunction.MCXENT;
        case SQUARED -> LossFunction.L2;
      };
    }

    @Override
    public void step() {
      network.fit(x, y);
    }

    @Override
    public void predict() {
      network.output(sample).data().asFloat();
    }

    /** Its gradients are sums over the batch, which its optimizers divide. */
    @Override
    public Gradient gradient() {
      network.setInput(x);
      network.setLabels(y);
      network.computeGradientAndScore();
      double[] gradient = new double[workload.parameters()];
      int at = 0;
      for (int k = 0; k < workload.layers(); k++) {
        at = copy(network.gradient().getGradientFor(k + "_W").transpose(), gradient, at);
        at = copy(network.gradient().getGradientFor(k + "_b"), gradient, at);
      }
      return new Gradient(network.score(), gradient);
    }

    private int copy(INDArray from, double[] to, int at) {
      double[] values = from.dup('c').data().asDouble();
      for (int k = 0; k < values.length; k++) {
        to[at + k] = values[k] / workload.batch();
      }
      return at + values.length;
    }
  }
}
