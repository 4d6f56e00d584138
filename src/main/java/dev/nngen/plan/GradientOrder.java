package dev.nngen.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Moves the computation of a large parameter's gradient after the last other use of the parameter, so that a training step can update the parameter
 * as soon as the gradient is complete. This extends the live ranges of errors by one layer.
 */
final class GradientOrder {

  private GradientOrder() {}

  /**
   * Returns the kernels in their new order.
   *
   * @param parameters the parameter of each gradient
   */
  static List<KernelDraft> run(List<KernelDraft> drafts, Map<Tensor, Tensor> parameters, boolean singlePrecision) {
    Map<Tensor, Integer> lastUse = new HashMap<>();
    Map<Tensor, Integer> firstReader = new HashMap<>();
    for (int k = 0; k < drafts.size(); k++) {
      for (Step step : drafts.get(k).steps()) {
        for (Tensor tensor : Accesses.reads(step)) {
          lastUse.put(tensor, k);
          firstReader.putIfAbsent(tensor, k);
        }
      }
    }
    Map<KernelDraft, Integer> places = new HashMap<>();
    for (int k = 0; k < drafts.size(); k++) {
      int place = k;
      Predicate<Tensor> isOwn =
          tensor -> firstReader.getOrDefault(tensor, place) == place && lastUse.getOrDefault(tensor, place) == place;
      Tensor gradient = onlyGradient(drafts.get(k), isOwn);
      boolean moves = gradient != null && FusedUpdates.isLarge(gradient, singlePrecision) && isOwn.test(gradient);
      Integer use = moves ? lastUse.get(parameters.get(gradient)) : null;
      places.put(drafts.get(k), use == null || use <= k ? 2 * k : 2 * use + 1);
    }
    List<KernelDraft> ordered = new ArrayList<>(drafts);
    // Gradients precede states, which another method computes.
    ordered.sort(Comparator.comparing((KernelDraft draft) -> draft.needs().stream().anyMatch(program -> program.kind() == EntryPoint.Kind.STATES)).thenComparing(places::get));
    return ordered;
  }

  /** Returns the gradient if it is all that the kernel writes, except values without other readers; null if the kernel writes something else. */
  private static Tensor onlyGradient(KernelDraft draft, Predicate<Tensor> isOwn) {
    Set<Tensor> gradients = new HashSet<>();
    for (Step step : draft.steps()) {
      for (Tensor tensor : Accesses.writes(step)) {
        if (tensor.kind() == Tensor.Kind.GRADIENT) {
          gradients.add(tensor);
        } else if (tensor.kind() != Tensor.Kind.TEMPORARY || !isOwn.test(tensor)) {
          return null;
        }
      }
    }
    return gradients.size() == 1 ? gradients.iterator().next() : null;
  }
}
