package dev.nngen.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Computes an unnamed result in the memory of the value that it becomes: {@code W * X} is written to {@code Z}, to which the next loop adds the bias.
 */
final class ResultAliasing {

  private ResultAliasing() {}

  /**
   * @param drafts kernels in order; their steps are replaced
   * @param anonymous the tensors that may give up their own memory
   * @param isBland whether the name of an anonymous tensor may be replaced by that of another one
   */
  static void run(List<KernelDraft> drafts, Predicate<Tensor> anonymous, Predicate<String> isBland) {
    List<Step> steps = new ArrayList<>();
    List<KernelDraft> owners = new ArrayList<>();
    for (KernelDraft draft : drafts) {
      draft.steps().forEach(step -> {
        steps.add(step);
        owners.add(draft);
      });
    }
    Lifetimes lifetimes = Lifetimes.of(steps);
    Map<Tensor, Tensor> replaced = new HashMap<>();
    Set<Tensor> taken = new HashSet<>();
    for (int s = steps.size() - 1; s >= 0; s--) {
      for (Tensor from : Accesses.reads(steps.get(s))) {
        boolean dies = lifetimes.last().get(from) == s && lifetimes.first().containsKey(from) && anonymous.test(from);
        if (dies) {
          boolean sameNeeds = owners.get(lifetimes.first().get(from)).needs().equals(owners.get(s).needs());
          target(steps.get(s), s, from, lifetimes, taken, sameNeeds, anonymous, isBland).ifPresent(to -> {
            taken.add(to);
            replaced.put(from, replaced.getOrDefault(to, to));
          });
        }
      }
    }
    Substitution substitution = new Substitution(replaced);
    for (KernelDraft draft : drafts) {
      draft.steps().replaceAll(substitution::apply);
      draft.values().removeIf(value -> replaced.containsKey(value.tensor()));
    }
  }

  private static Optional<Tensor> target(Step step, int at, Tensor from, Lifetimes lifetimes, Set<Tensor> taken,
      boolean sameNeeds, Predicate<Tensor> anonymous, Predicate<String> isBland) {
    return Accesses.writes(step).stream()
        .filter(to -> !taken.contains(to) && lifetimes.first().get(to) == at && mayHold(to, sameNeeds))
        .filter(to -> isBland.test(from.name()) || !anonymous.test(to))
        .filter(to -> to.hasSameLayout(from) && Accesses.mayReplace(step, from, to))
        .findFirst();
  }

  /** A gradient keeps its value until the next gradient computation, so other entry points must not write to it. */
  private static boolean mayHold(Tensor to, boolean sameNeeds) {
    return switch (to.kind()) {
      case TEMPORARY, OUTPUT, NEXT_STATE -> true;
      case GRADIENT -> sameNeeds;
      case ARGUMENT, PARAMETER, STATE, MODEL_STATE, NOISE, CONSTANT, SCRATCH, COPY -> false;
    };
  }
}
