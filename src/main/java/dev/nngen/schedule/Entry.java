package dev.nngen.schedule;

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

  Entry vector() {
    return new Entry(tensor, offset, Type.VECTOR);
  }
}
