package dev.nngen.bench.libtorch;

import dev.nngen.bench.Network;
import dev.nngen.bench.NetworkData;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** A network of {@link Networks} with its batch. */
final class NetworkOfTensors implements Prepared {

  private final torch.ScalarType type;
  private final Parameters parameters;
  private final UnaryOperator<Tensor> logits;
  private final Tensor x;
  private final Tensor sample;
  private final Tensor labels;
  private final Optimizer optimizer;

  NetworkOfTensors(Workload workload, Precision precision) {
    type = precision == Precision.F32 ? torch.ScalarType.Float : torch.ScalarType.Double;
    Network network = workload.network().orElseThrow();
    NetworkData data = NetworkData.of(workload);
    parameters = new Parameters(data.parameters(), type);
    logits = Networks.of(network, parameters);
    x = inputs(network, data, workload.batch());
    sample = inputs(network, data, 1);
    labels = wholeNumbers(data.labels(), data.labels().length);
    optimizer = LibtorchPeer.optimizer(workload.optimiser(), parameters.all());
  }

  private Tensor inputs(Network network, NetworkData data, int samples) {
    long[] axes = LongStream.concat(LongStream.of(samples), Arrays.stream(network.sample()).asLongStream()).toArray();
    if (network.vocabulary() > 0) {
      return wholeNumbers(data.words(), axes);
    }
    Tensor first = Parameters.tensor(Arrays.copyOf(data.x(), samples * network.inputs()), type, axes);
    return axes.length == 3 ? first.transpose(1, 2).contiguous() : first;
  }

  static Tensor wholeNumbers(int[] values, long... shape) {
    long[] wide = Arrays.stream(values).asLongStream().toArray();
    long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
    return torch.from_blob(new LongPointer(Arrays.copyOf(wide, (int) count)), shape, new TensorOptions(torch.ScalarType.Long)).clone();
  }

  private Tensor loss() {
    return torch.cross_entropy_loss(logits.apply(x), labels);
  }

  @Override
  public void step() {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      loss().backward();
      optimizer.step();
    }
  }

  @Override
  public void predict() {
    try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
      Tensor output = torch.softmax(logits.apply(sample), 1);
      if (type == torch.ScalarType.Float) {
        output.data_ptr_float().get(new float[(int) output.numel()]);
      } else {
        output.data_ptr_double().get(new double[(int) output.numel()]);
      }
    }
  }

  @Override
  public Gradient gradient() {
    optimizer.zero_grad();
    Tensor loss = loss();
    loss.backward();
    return new Gradient(loss.item().toDouble(), parameters.gradients());
  }
}
