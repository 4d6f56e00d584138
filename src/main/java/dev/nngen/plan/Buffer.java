package dev.nngen.plan;

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

  /** The number of entries, over {@code m} to the power {@link #batchDegree()}. */
  public long fixedSize() {
    return tensors.stream().mapToLong(Tensor::fixedSize).max().orElse(0);
  }

  public int batchDegree() {
    return tensors.get(0).batchDegree();
  }
}
