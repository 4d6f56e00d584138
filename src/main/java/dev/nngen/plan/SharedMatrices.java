package dev.nngen.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets values of a very deep model that share a buffer share the matrix too, where they have one shape and no name of the
 * user's. A class can name some thousands of fields and no more; below that, each value keeps a field of its own, which reads
 * better.
 */
final class SharedMatrices {

  /** With that many temporaries, fields are saved. */
  private static final int MANY = 500;

  private SharedMatrices() {}

  /**
   * The buffers with fewer tensors.
   *
   * @param drafts their steps are replaced; what they say of values stays
   * @param declared the names that the user gave
   */
  static List<Buffer> run(List<KernelDraft> drafts, List<Buffer> buffers, Set<String> declared) {
    if (buffers.stream().mapToInt(buffer -> buffer.tensors().size()).sum() <= MANY) {
      return buffers;
    }
    Map<Tensor, Tensor> replaced = new HashMap<>();
    List<Buffer> shared = new ArrayList<>();
    for (Buffer buffer : buffers) {
      List<Tensor> kept = new ArrayList<>();
      Map<List<Object>, Tensor> byLayout = new LinkedHashMap<>();
      for (Tensor tensor : buffer.tensors()) {
        if (declared.contains(tensor.name())) {
          kept.add(tensor);
        } else {
          replaced.put(tensor, byLayout.computeIfAbsent(List.of(tensor.dims(), tensor.row()),
              layout -> new Tensor(tensor.id(), "scratch", tensor.kind(), tensor.dims(), tensor.row())));
        }
      }
      kept.addAll(byLayout.values());
      shared.add(new Buffer(kept));
    }
    Substitution substitution = new Substitution(replaced);
    drafts.forEach(draft -> draft.steps().replaceAll(substitution::apply));
    return shared;
  }
}
