package dev.nngen.bench.tensorflow;

import dev.nngen.bench.Data;
import dev.nngen.bench.NetworkData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** Variables of a network, taken one after the other from numbers in the order that all peers have in common. */
final class Parameters {

  /** A parameter, whose axes TensorFlow has in another order. */
  private record Taken(Variable<TFloat32> variable, int[] shape, int[] axes) {}

  private final Ops tf;
  private final double[] values;
  private final List<Taken> all = new ArrayList<>();
  private int at;

  Parameters(Ops tf, double[] values) {
    this.tf = tf;
    this.values = values;
  }

  /** The next parameter as it is. */
  Variable<TFloat32> take(int... shape) {
    return take(shape, IntStream.range(0, shape.length).toArray());
  }

  /** The next parameter, a matrix, as inputs x units. */
  Variable<TFloat32> takeTransposed(int units, int inputs) {
    return take(new int[] {units, inputs}, new int[] {1, 0});
  }

  /** The next parameter with axes in another order, made of as many as TensorFlow multiplies with. */
  Variable<TFloat32> take(int[] shape, int[] axes, long... folded) {
    int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
    double[] own = NetworkData.permuted(Arrays.copyOfRange(values, at, at + count), shape, axes);
    at += count;
    long[] as = folded.length > 0 ? folded : Arrays.stream(axes).mapToLong(axis -> shape[axis]).toArray();
    Variable<TFloat32> variable = tf.variable(tf.constantOf(tensor(own, as)));
    all.add(new Taken(variable, shape, axes));
    return variable;
  }

  static TFloat32 tensor(double[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(Data.narrow(values)));
  }

  List<Operand<?>> variables() {
    return all.stream().<Operand<?>>map(Taken::variable).toList();
  }

  /** The gradients that a run fetched, from some index on, in the common order. */
  double[] gradients(Result result, int first) {
    return IntStream.range(0, all.size()).boxed().flatMapToDouble(k -> Arrays.stream(inCommonOrder(all.get(k), values(result, first + k)))).toArray();
  }

  private static double[] inCommonOrder(Taken taken, double[] own) {
    int[] shape = Arrays.stream(taken.axes).map(axis -> taken.shape[axis]).toArray();
    int[] back = new int[taken.axes.length];
    IntStream.range(0, back.length).forEach(k -> back[taken.axes[k]] = k);
    return NetworkData.permuted(own, shape, back);
  }

  static double[] values(Result result, int index) {
    TFloat32 tensor = (TFloat32) result.get(index);
    float[] values = new float[(int) LongStream.of(tensor.shape().asArray()).reduce(1, Math::multiplyExact)];
    tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(values, false, false)));
    return Data.widen(values);
  }
}
