package dev.nngen.bench.libtorch;

import dev.nngen.bench.Data;
import dev.nngen.bench.Loss;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Workload;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A chain of dense layers with its batch. */
final class NetworkOfLayers extends LibtorchNetwork {

  private static final long SUM = 2;

  private record Layer(Tensor weights, Tensor bias) {}

  private final Workload workload;
  private final List<Layer> layers = new ArrayList<>();
  private final Tensor x;
  private final Tensor y;
  private final Tensor sample;

  NetworkOfLayers(Workload workload, Precision precision) {
    this(workload, precision, Data.of(workload));
  }

  private NetworkOfLayers(Workload workload, Precision precision, Data data) {
    super(precision, data.parameters());
    this.workload = workload;
    x = Parameters.tensor(data.x(), type, workload.batch(), workload.inputs());
    y = targets(Parameters.tensor(data.y(), type, workload.batch(), workload.outputs()));
    sample = Parameters.tensor(data.firstSample(workload), type, 1, workload.inputs());
    for (int k = 0; k < workload.layers(); k++) {
      layers.add(new Layer(parameters.take(workload.size(k + 1), workload.size(k)), parameters.take(workload.size(k + 1))));
    }
    trainBy(workload.updateRule());
  }

  /** Cross-entropy takes classes as numbers. */
  private Tensor targets(Tensor y) {
    return workload.loss() == Loss.CROSS_ENTROPY ? y.argmax(new LongOptional(1), false) : y;
  }

  private Tensor logits(Tensor input) {
    Tensor a = input;
    for (int k = 0; k < layers.size(); k++) {
      Tensor z = torch.linear(a, layers.get(k).weights, layers.get(k).bias);
      a = k == layers.size() - 1 ? z : activated(z);
    }
    return a;
  }

  private Tensor activated(Tensor z) {
    return switch (workload.activation()) {
      case SIGMOID -> torch.sigmoid(z);
      case TANH -> torch.tanh(z);
      case RELU -> torch.relu(z);
    };
  }

  @Override
  Tensor loss() {
    Tensor z = logits(x);
    return switch (workload.loss()) {
      case LOG -> torch.binary_cross_entropy_with_logits(z, y);
      case CROSS_ENTROPY -> torch.cross_entropy_loss(z, y);
      case SQUARED -> torch.mse_loss(z, y, SUM).mul(new Scalar(1.0 / workload.batch()));
    };
  }

  @Override
  Tensor output() {
    Tensor z = logits(sample);
    return switch (workload.loss()) {
      case LOG -> torch.sigmoid(z);
      case CROSS_ENTROPY -> torch.softmax(z, 1);
      case SQUARED -> z;
    };
  }
}
