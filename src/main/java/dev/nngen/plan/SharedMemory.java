package dev.nngen.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds tensors that share memory. */
public final class SharedMemory {

  private final Map<Tensor, Integer> buffers = new HashMap<>();
  private final Map<Tensor, Tensor> predecessors = new HashMap<>();

  public SharedMemory(List<Buffer> all) {
    for (int k = 0; k < all.size(); k++) {
      int number = k;
      List<Tensor> tensors = all.get(k).tensors();
      tensors.forEach(tensor -> buffers.put(tensor, number));
      IntStream.range(1, tensors.size()).forEach(t -> predecessors.put(tensors.get(t), tensors.get(t - 1)));
    }
  }

  /** Whether the tensors share memory. */
  public boolean overlap(Tensor one, Tensor other) {
    return one.equals(other) || buffers.containsKey(one) && buffers.get(one).equals(buffers.get(other));
  }

  /** Returns the tensor that uses this one's memory before it; empty if this one is the first. */
  public Optional<Tensor> predecessor(Tensor tensor) {
    return Optional.ofNullable(predecessors.get(tensor));
  }
}
