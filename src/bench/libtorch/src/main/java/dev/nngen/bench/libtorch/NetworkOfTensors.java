package dev.nngen.bench.libtorch;

import dev.nngen.bench.Network;
import dev.nngen.bench.NetworkData;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Workload;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** A network of {@link Networks} with its batch. */
final class NetworkOfTensors extends LibtorchNetwork {

  private final UnaryOperator<Tensor> logits;
  private final Tensor x;
  private final Tensor sample;
  private final Tensor labels;

  NetworkOfTensors(Workload workload, Precision precision) {
    this(workload, precision, NetworkData.of(workload));
  }

  private NetworkOfTensors(Workload workload, Precision precision, NetworkData data) {
    super(precision, data.parameters());
    Network network = workload.network().orElseThrow();
    logits = Networks.of(network, parameters);
    x = inputs(network, data, workload.batch());
    sample = inputs(network, data, 1);
    labels = wholeNumbers(data.labels(), data.labels().length);
    trainBy(workload.updateRule());
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

  @Override
  Tensor loss() {
    return torch.cross_entropy_loss(logits.apply(x), labels);
  }

  @Override
  Tensor output() {
    return torch.softmax(logits.apply(sample), 1);
  }
}
