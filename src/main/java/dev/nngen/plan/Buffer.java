package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.List;

/**
 * Memory shared by temporaries whose live ranges do not overlap.
 *
 * @param tensors in the order of their first writes
 */
public record Buffer(List<Tensor> tensors) {

  public Buffer {
    tensors = List.copyOf(tensors);
  }

  /** Returns the number of entries, divided by the product of {@link #openDims()}. */
  public long fixedSize() {
    return tensors.stream().mapToLong(Tensor::fixedSize).max().orElse(0);
  }

  /** Returns the dimensions of each tensor that are known only at run time. */
  public List<Extent.Symbol> openDims() {
    return tensors.get(0).openDims();
  }
}
