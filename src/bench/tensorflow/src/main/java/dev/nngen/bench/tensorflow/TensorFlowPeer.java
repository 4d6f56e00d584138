package dev.nngen.bench.tensorflow;

import dev.nngen.bench.Data;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.op.FrameworkOps;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** TensorFlow for Java in graph mode, f32: a session that runs one operation at a time, the batch fed as tensors that exist already. */
public final class TensorFlowPeer implements Peer {

  @Override
  public String name() {
    return "tensorflow";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return precision == Precision.F32;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) {
    return workload.network().isPresent() ? new NetworkOfOperations(workload) : new Net(workload);
  }

  /** There is no AdamW: Adam is a little less work. */
  static Optimizer optimizer(Graph graph, UpdateRule updateRule) {
    float rate = (float) updateRule.rate();
    return switch (updateRule) {
      case SGD -> new GradientDescent(graph, rate);
      case MOMENTUM -> new Momentum(graph, rate, (float) UpdateRule.BETA);
      case ADAM, ADAMW -> new Adam(graph, rate);
    };
  }

  private static final class Net implements Prepared {

    private final Workload workload;
    private final Session session;
    private final TFloat32 x;
    private final TFloat32 y;
    private final TFloat32 sample;
    private final Placeholder<TFloat32> input;
    private final Placeholder<TFloat32> target;
    private final List<Variable<TFloat32>> weights = new ArrayList<>();
    private final List<Variable<TFloat32>> biases = new ArrayList<>();
    private final Operand<TFloat32> output;
    private final Operand<TFloat32> loss;
    private final Op training;
    private final List<Operand<?>> gradients = new ArrayList<>();
    private final FloatNdArray prediction;

    Net(Workload workload) {
      this.workload = workload;
      Data data = Data.of(workload);
      x = tensor(data.x(), workload.batch(), workload.inputs());
      y = tensor(data.y(), workload.batch(), workload.outputs());
      sample = tensor(data.firstSample(workload), 1, workload.inputs());
      prediction = NdArrays.ofFloats(Shape.of(1, workload.outputs()));
      Graph graph = new Graph();
      Ops tf = Ops.create(graph);
      input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, workload.inputs())));
      target = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, workload.outputs())));
      Operand<TFloat32> logits = logits(tf, data);
      output = switch (workload.loss()) {
        case LOG -> tf.math.sigmoid(logits);
        case CROSS_ENTROPY -> tf.nn.softmax(logits);
        case SQUARED -> logits;
      };
      loss = loss(graph, tf, logits);
      Optimizer optimizer = optimizer(graph, workload.updateRule());
      var computed = optimizer.computeGradients(loss);
      computed.forEach(pair -> gradients.add(pair.getGradient()));
      training = optimizer.minimize(loss);
      session = new Session(graph, ConfigProto.newBuilder().setIntraOpParallelismThreads(Peer.threads()).setInterOpParallelismThreads(1).build());
      session.initialize();
    }

    private static TFloat32 tensor(double[] values, long... shape) {
      return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(Data.narrow(values)));
    }

    private Operand<TFloat32> logits(Ops tf, Data data) {
      Operand<TFloat32> a = input;
      for (int k = 1; k <= workload.layers(); k++) {
        int in = workload.size(k - 1);
        int out = workload.size(k);
        Variable<TFloat32> w = tf.variable(tf.constantOf(tensor(Data.transposed(data.weights(workload, k), out, in), in, out)));
        Variable<TFloat32> b = tf.variable(tf.constantOf(tensor(data.bias(workload, k), out)));
        weights.add(w);
        biases.add(b);
        Operand<TFloat32> z = tf.nn.biasAdd(tf.linalg.matMul(a, w), b);
        a = k == workload.layers() ? z : activated(tf, z);
      }
      return a;
    }

    private Operand<TFloat32> activated(Ops tf, Operand<TFloat32> z) {
      return switch (workload.activation()) {
        case SIGMOID -> tf.math.sigmoid(z);
        case TANH -> tf.math.tanh(z);
        case RELU -> tf.nn.relu(z);
      };
    }

    /** By logits; of the two forms of cross-entropy only that of one-hot labels has a gradient. */
    private Operand<TFloat32> loss(Graph graph, Ops tf, Operand<TFloat32> logits) {
      return switch (workload.loss()) {
        case LOG -> tf.math.mean(FrameworkOps.create(graph).nn.sigmoidCrossEntropyWithLogits(target, logits), tf.constant(new int[] {0, 1}));
        case CROSS_ENTROPY -> tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(logits, target).loss(), tf.constant(0));
        case SQUARED -> tf.math.mul(tf.reduceSum(tf.math.squaredDifference(logits, target), tf.constant(new int[] {0, 1})),
            tf.constant(1f / workload.batch()));
      };
    }

    @Override
    public void step() {
      session.runner().feed(input, x).feed(target, y).addTarget(training).run().close();
    }

    @Override
    public void predict() {
      try (Result result = session.runner().feed(input, sample).fetch(output).run()) {
        ((TFloat32) result.get(0)).copyTo(prediction);
      }
    }

    @Override
    public Gradient gradient() {
      Session.Runner runner = session.runner().feed(input, x).feed(target, y).fetch(loss);
      gradients.forEach(runner::fetch);
      try (Result result = runner.run()) {
        double[] gradient = new double[workload.parameters()];
        int at = 0;
        for (int k = 0; k < workload.layers(); k++) {
          int in = workload.size(k);
          int out = workload.size(k + 1);
          double[] wide = Data.transposed(values(result, 1 + 2 * k, in * out), in, out);
          System.arraycopy(wide, 0, gradient, at, wide.length);
          System.arraycopy(values(result, 2 + 2 * k, out), 0, gradient, at + wide.length, out);
          at += wide.length + out;
        }
        return new Gradient(values(result, 0, 1)[0], gradient);
      }
    }

    private static double[] values(Result result, int index, int count) {
      float[] values = new float[count];
      TFloat32 tensor = (TFloat32) result.get(index);
      tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(values, false, false)));
      return Data.widen(values);
    }
  }
}
