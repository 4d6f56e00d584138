package dev.nngen.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which tensors lie in the same memory. */
public final class SharedMemory {

  private final Map<Tensor, Integer> buffers = new HashMap<>();

  public SharedMemory(List<Buffer> all) {
    for (int k = 0; k < all.size(); k++) {
      int number = k;
      all.get(k).tensors().forEach(tensor -> buffers.put(tensor, number));
    }
  }

  /** True of tensors that lie in the same memory. */
  public boolean overlap(Tensor one, Tensor other) {
    return one.equals(other) || buffers.containsKey(one) && buffers.get(one).equals(buffers.get(other));
  }
}
