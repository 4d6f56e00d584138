package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;

/**
 * An entry of memory, or a vector of consecutive entries.
 *
 * @param offset where it is in the tensor's memory; of a vector, where its first lane is
 */
public record Entry(Tensor tensor, Affine offset, Type type) implements Scalar.Address {

  public Entry(Tensor tensor, Affine offset) {
    this(tensor, offset, Type.NUMBER);
  }

  /** The subscripts that are known numbers, each behind an underscore. */
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
