package dev.nngen.bench.libtorch;

import dev.nngen.bench.Data;
import dev.nngen.bench.Loss;
import dev.nngen.bench.Optimiser;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch, which is PyTorch without Python, by its Java bindings, with MKL. */
public final class LibtorchPeer implements Peer {

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return true;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) {
    torch.set_num_threads(Peer.threads());
    return workload.network().isPresent() ? new NetworkOfTensors(workload, precision) : new Net(workload, precision);
  }

  static Optimizer optimizer(Optimiser optimiser, TensorVector parameters) {
    return switch (optimiser) {
      case SGD -> new SGD(parameters, new SGDOptions(optimiser.rate()));
      case MOMENTUM -> {
        SGDOptions options = new SGDOptions(optimiser.rate());
        options.momentum().put(Optimiser.BETA);
        yield new SGD(parameters, options);
      }
      case ADAM -> new Adam(parameters, new AdamOptions(optimiser.rate()));
      case ADAMW -> {
        AdamWOptions options = new AdamWOptions(optimiser.rate());
        options.weight_decay().put(Optimiser.DECAY);
        yield new AdamW(parameters, options);
      }
    };
  }

  private static final class Net implements Prepared {

    private static final long SUM = 2;

    private final Workload workload;
    private final torch.ScalarType type;
    private final Tensor x;
    private final Tensor y;
    private final Tensor sample;
    private final Tensor[] parameters;
    private final Optimizer optimizer;
    private final float[] floats;
    private final double[] doubles;

    Net(Workload workload, Precision precision) {
      this.workload = workload;
      type = precision == Precision.F32 ? torch.ScalarType.Float : torch.ScalarType.Double;
      Data data = Data.of(workload);
      x = tensor(data.x(), workload.batch(), workload.inputs());
      y = targets(tensor(data.y(), workload.batch(), workload.outputs()));
      sample = tensor(data.firstSample(workload), 1, workload.inputs());
      parameters = new Tensor[2 * workload.layers()];
      for (int k = 0; k < workload.layers(); k++) {
        parameters[2 * k] = tensor(data.weights(workload, k + 1), workload.size(k + 1), workload.size(k)).set_requires_grad(true);
        parameters[2 * k + 1] = tensor(data.bias(workload, k + 1), workload.size(k + 1)).set_requires_grad(true);
      }
      optimizer = optimizer(workload.optimiser(), new TensorVector(parameters));
      floats = new float[workload.outputs()];
      doubles = new double[workload.outputs()];
    }

    private Tensor tensor(double[] values, long... shape) {
      Tensor wide = torch.from_blob(new DoublePointer(values), shape, new org.bytedeco.pytorch.TensorOptions(torch.ScalarType.Double));
      return wide.toType(type).clone();
    }

    /** Cross-entropy takes classes as numbers. */
    private Tensor targets(Tensor y) {
      return workload.loss() == Loss.CROSS_ENTROPY ? y.argmax(new org.bytedeco.pytorch.LongOptional(1), false) : y;
    }

    private Tensor logits(Tensor input) {
      Tensor a = input;
      for (int k = 0; k < workload.layers(); k++) {
        Tensor z = torch.linear(a, parameters[2 * k], parameters[2 * k + 1]);
        a = k == workload.layers() - 1 ? z : activated(z);
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

    private Tensor loss() {
      Tensor z = logits(x);
      return switch (workload.loss()) {
        case LOG -> torch.binary_cross_entropy_with_logits(z, y);
        case CROSS_ENTROPY -> torch.cross_entropy_loss(z, y);
        case SQUARED -> torch.mse_loss(z, y, SUM).mul(new Scalar(1.0 / workload.batch()));
      };
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
        Tensor z = logits(sample);
        Tensor output = switch (workload.loss()) {
          case LOG -> torch.sigmoid(z);
          case CROSS_ENTROPY -> torch.softmax(z, 1);
          case SQUARED -> z;
        };
        if (type == torch.ScalarType.Float) {
          output.data_ptr_float().get(floats);
        } else {
          output.data_ptr_double().get(doubles);
        }
      }
    }

    @Override
    public Gradient gradient() {
      optimizer.zero_grad();
      Tensor loss = loss();
      loss.backward();
      double[] gradient = new double[workload.parameters()];
      int at = 0;
      for (Tensor parameter : parameters) {
        Tensor wide = parameter.grad().toType(torch.ScalarType.Double).contiguous();
        int count = (int) wide.numel();
        wide.data_ptr_double().get(gradient, at, count);
        at += count;
      }
      return new Gradient(loss.item().toDouble(), gradient);
    }
  }
}
