package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.List;

/**
 * Memory of values that are never alive at the same time.
 *
 * @param tensors in the order in which they are first written
 */
public record Buffer(List<Tensor> tensors) {

  public Buffer {
    tensors = List.copyOf(tensors);
  }

  /** The number of entries, over the product of {@link #openDims()}. */
  public long fixedSize() {
    return tensors.stream().mapToLong(Tensor::fixedSize).max().orElse(0);
  }

  /** The dimensions of each tensor that are known at run time only. */
  public List<Extent.Symbol> openDims() {
    return tensors.get(0).openDims();
  }
}
