package dev.nngen.bench.libtorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Parameters of a network as libtorch has them, taken one after the other from numbers in the order that all peers have in common. */
final class Parameters {

  private final double[] values;
  private final torch.ScalarType type;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<UnaryOperator<Tensor>> toCommonOrder = new ArrayList<>();
  private final List<Tensor> states = new ArrayList<>();
  private final List<Double> initial = new ArrayList<>();
  private int at;

  Parameters(double[] values, torch.ScalarType type) {
    this.values = values;
    this.type = type;
  }

  /** How many numbers a network takes. */
  static int count(Consumer<Parameters> network) {
    Parameters all = new Parameters(new double[1 << 20], torch.ScalarType.Double);
    network.accept(all);
    return all.at;
  }

  /** The next parameter, or several that follow each other as one. */
  Tensor take(long... shape) {
    return add(next(shape), gradient -> gradient);
  }

  /** The transpose of the next parameter, as tables of words have it. */
  Tensor takeTransposed(long rows, long columns) {
    return add(next(rows, columns).t().contiguous(), Tensor::t);
  }

  /** The next parameter as the end of a longer one, which begins with zeros; their gradients are not compared. */
  Tensor takeLast(long length, long all) {
    Tensor zeros = constant(0, all - length);
    return add(torch.cat(new TensorVector(zeros, next(length)), 0), gradient -> gradient.narrow(0, all - length, length));
  }

  /** A tensor of one number, which is no parameter. */
  Tensor constant(double value, long... shape) {
    return torch.zeros(shape, new TensorOptions(type)).add(new Scalar(value));
  }

  /** A tensor of one number that training changes without a gradient. */
  Tensor state(double value, long... shape) {
    states.add(constant(value, shape));
    initial.add(value);
    return states.get(states.size() - 1);
  }

  void resetStates() {
    for (int k = 0; k < states.size(); k++) {
      states.get(k).fill_(new Scalar(initial.get(k)));
    }
  }

  /** All states, one after the other. */
  double[] states() {
    return states.stream().flatMapToDouble(state -> Arrays.stream(numbers(state))).toArray();
  }

  private static double[] numbers(Tensor tensor) {
    Tensor wide = tensor.toType(torch.ScalarType.Double).contiguous();
    double[] numbers = new double[(int) wide.numel()];
    wide.data_ptr_double().get(numbers);
    return numbers;
  }

  private Tensor next(long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    at += count;
    return tensor(Arrays.copyOfRange(values, at - count, at), type, shape);
  }

  private Tensor add(Tensor tensor, UnaryOperator<Tensor> inCommonOrder) {
    Tensor parameter = tensor.detach().clone().set_requires_grad(true);
    tensors.add(parameter);
    toCommonOrder.add(inCommonOrder);
    return parameter;
  }

  static Tensor tensor(double[] values, torch.ScalarType type, long... shape) {
    return torch.from_blob(new DoublePointer(values), shape, new TensorOptions(torch.ScalarType.Double)).toType(type).clone();
  }

  TensorVector all() {
    return new TensorVector(tensors.toArray(Tensor[]::new));
  }

  /** All gradients, in the common order. */
  double[] gradients() {
    return IntStream.range(0, tensors.size()).boxed()
        .flatMapToDouble(k -> Arrays.stream(numbers(toCommonOrder.get(k).apply(tensors.get(k).grad())))).toArray();
  }
}
