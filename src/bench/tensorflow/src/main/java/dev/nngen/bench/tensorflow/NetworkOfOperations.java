package dev.nngen.bench.tensorflow;

import dev.nngen.bench.Network;
import dev.nngen.bench.NetworkData;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A network of {@link Networks} with its batch, in graph mode. */
final class NetworkOfOperations implements Prepared {

  private final Session session;
  private final Parameters parameters;
  private final Operand<?> input;
  private final Tensor batch;
  private final Operand<TFloat32> target;
  private final TFloat32 labels;
  private final Operand<TFloat32> loss;
  private final Op training;
  private final Gradients gradients;
  private final Operand<TFloat32> output;

  NetworkOfOperations(Workload workload) {
    Network network = workload.network().orElseThrow();
    NetworkData data = NetworkData.of(workload);
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    parameters = new Parameters(tf, data.parameters());
    batch = inputs(network, data, workload.batch());
    labels = oneHot(network, data.labels());
    target = tf.placeholder(TFloat32.class, Placeholder.shape(labels.shape()));
    Operand<TFloat32> logits;
    Networks networks = new Networks(tf, parameters, workload.batch());
    if (network.vocabulary() > 0) {
      Placeholder<TInt32> words = tf.placeholder(TInt32.class, Placeholder.shape(batch.shape()));
      logits = networks.ofWords(network, words);
      input = words;
    } else {
      Placeholder<TFloat32> numbers = tf.placeholder(TFloat32.class, Placeholder.shape(batch.shape()));
      logits = networks.ofNumbers(network, numbers);
      input = numbers;
    }
    output = tf.nn.softmax(logits);
    loss = tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(logits, target).loss(), tf.constant(0));
    Optimizer optimizer = TensorFlowPeer.optimizer(graph, workload.updateRule());
    training = optimizer.minimize(loss);
    gradients = tf.gradients(loss, parameters.variables());
    session = new Session(graph, ConfigProto.newBuilder().setIntraOpParallelismThreads(Peer.threads()).setInterOpParallelismThreads(1).build());
    session.initialize();
  }

  /** The first samples. */
  private static Tensor inputs(Network network, NetworkData data, int samples) {
    int[] axes = network.sample();
    int count = samples * network.inputs();
    if (network.vocabulary() > 0) {
      return TInt32.tensorOf(Shape.of(samples, axes[0]), DataBuffers.of(Arrays.copyOf(data.words(), count)));
    }
    double[] x = Arrays.copyOf(data.x(), count);
    return axes.length == 3
        ? Parameters.tensor(NetworkData.permuted(x, new int[] {samples, axes[0], axes[1], axes[2]}, 0, 2, 3, 1), samples, axes[1], axes[2], axes[0])
        : Parameters.tensor(NetworkData.permuted(x, new int[] {samples, axes[0], axes[1]}, 2, 0, 1), axes[1], samples, axes[0]);
  }

  private static TFloat32 oneHot(Network network, int[] labels) {
    double[] rows = new double[labels.length * network.classes()];
    for (int k = 0; k < labels.length; k++) {
      rows[k * network.classes() + labels[k]] = 1;
    }
    return Parameters.tensor(rows, labels.length, network.classes());
  }

  @Override
  public void step() {
    session.runner().feed(input, batch).feed(target, labels).addTarget(training).run().close();
  }

  /** Of the whole batch, which is one sample where predictions are measured. */
  @Override
  public void predict() {
    try (Result result = session.runner().feed(input, batch).fetch(output).run()) {
      Parameters.values(result, 0);
    }
  }

  @Override
  public Gradient gradient() {
    Session.Runner runner = session.runner().feed(input, batch).feed(target, labels).fetch(loss);
    List<Operand<?>> all = new ArrayList<>();
    for (int k = 0; k < parameters.variables().size(); k++) {
      all.add(gradients.dy(k));
    }
    all.forEach(runner::fetch);
    try (Result result = runner.run()) {
      return new Gradient(Parameters.values(result, 0)[0], parameters.gradients(result, 1));
    }
  }
}
