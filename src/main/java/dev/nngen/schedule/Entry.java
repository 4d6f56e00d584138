package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;

/**
 * An entry of memory, or a vector of consecutive entries.
 *
 * @param offset its position in the tensor's memory; for a vector, the position of its first lane
 */
public record Entry(Tensor tensor, Affine offset, Type type) implements Scalar.Address {

  public Entry(Tensor tensor, Affine offset) {
    this(tensor, offset, Type.NUMBER);
  }

  /** Returns the subscripts that are known numbers, each after an underscore. */
  String subscripts() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < tensor.dims().size(); k++) {
      if (tensor.dims().get(k) instanceof Extent.Fixed fixed) {
        text.append('_').append(offset.digit(tensor.dims().subList(k + 1, tensor.rank()), fixed.size()));
      }
    }
    return text.toString();
  }

  Entry vector() {
    return new Entry(tensor, offset, Type.VECTOR);
  }
}
