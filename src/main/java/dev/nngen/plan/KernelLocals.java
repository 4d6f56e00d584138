package dev.nngen.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Separates the numbers that stay inside one kernel from those that must be fields because other kernels read them. */
final class KernelLocals {

  private static final int SEVERAL = -1;

  private final Map<Tensor, Integer> kernelOf = new LinkedHashMap<>();
  private final List<Set<Tensor>> locals = new ArrayList<>();

  /**
   * @param losses always fields
   */
  KernelLocals(List<KernelDraft> kernels, List<Tensor> losses) {
    for (int k = 0; k < kernels.size(); k++) {
      for (Step step : kernels.get(k).steps()) {
        Set<Tensor> tensors = new LinkedHashSet<>(Accesses.writes(step));
        tensors.addAll(Accesses.reads(step));
        for (Tensor tensor : tensors) {
          if (tensor.isScalar()) {
            kernelOf.merge(tensor, losses.contains(tensor) ? SEVERAL : k, (a, b) -> a.equals(b) ? a : SEVERAL);
          }
        }
      }
      locals.add(new LinkedHashSet<>());
    }
    kernelOf.forEach((tensor, kernel) -> {
      if (kernel != SEVERAL) {
        locals.get(kernel).add(tensor);
      }
    });
  }

  List<Tensor> fields() {
    return kernelOf.keySet().stream().filter(tensor -> kernelOf.get(tensor) == SEVERAL).toList();
  }

  /** Returns the numbers that only the kernel with that index accesses. */
  Set<Tensor> locals(int kernel) {
    return locals.get(kernel);
  }
}
