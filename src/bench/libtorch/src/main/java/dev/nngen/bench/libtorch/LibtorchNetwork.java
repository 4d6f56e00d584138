package dev.nngen.bench.libtorch;

import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A network with its batch and its optimizer, trained as users of libtorch do. */
abstract class LibtorchNetwork implements Prepared {

  final torch.ScalarType type;
  final Parameters parameters;
  private Optimizer optimizer;

  LibtorchNetwork(Precision precision, double[] values) {
    this.type = precision == Precision.F32 ? torch.ScalarType.Float : torch.ScalarType.Double;
    this.parameters = new Parameters(values, type);
  }

  /** Creates the optimizer, once all parameters are taken. */
  final void trainBy(UpdateRule kind) {
    optimizer = LibtorchPeer.optimizer(kind, parameters.all());
  }

  /** The loss of the batch. */
  abstract Tensor loss();

  /** The prediction for one sample. */
  abstract Tensor output();

  @Override
  public final void step() {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      loss().backward();
      optimizer.step();
    }
  }

  @Override
  public final void predict() {
    try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
      Tensor output = output();
      int count = (int) output.numel();
      if (type == torch.ScalarType.Float) {
        output.data_ptr_float().get(new float[count]);
      } else {
        output.data_ptr_double().get(new double[count]);
      }
    }
  }

  @Override
  public final Gradient gradient() {
    optimizer.zero_grad();
    Tensor loss = loss();
    loss.backward();
    return new Gradient(loss.item().toDouble(), parameters.gradients());
  }
}
