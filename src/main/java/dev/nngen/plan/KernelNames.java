package dev.nngen.plan;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names methods after what they compute: {@code forwardH}, {@code backwardZ1}, {@code gradientW1}, {@code updateW1}. */
final class KernelNames {

  private final Map<String, Integer> taken = new HashMap<>();
  private final Set<String> own;

  /**
   * @param own the user's names
   */
  KernelNames(Set<String> own) {
    this.own = own;
  }

  String name(KernelDraft draft) {
    String name = prefix(draft) + suffix(draft);
    int count = taken.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "_" + count;
  }

  private static String prefix(KernelDraft draft) {
    return switch (EntryPoint.first(draft.needs()).kind()) {
      case PREDICT, LOSS -> "forward";
      case GRADIENTS -> writesGradientsOnly(draft) ? "gradient" : "backward";
      case STATES -> "state";
      case UPDATE -> draft.owner().isEmpty() ? "prepareUpdate" : "update";
    };
  }

  private static boolean writesGradientsOnly(KernelDraft draft) {
    return draft.steps().stream().flatMap(step -> Accesses.writes(step).stream())
        .allMatch(tensor -> tensor.kind() == Tensor.Kind.GRADIENT);
  }

  private String suffix(KernelDraft draft) {
    if (EntryPoint.areUpdates(draft.needs())) {
      return capitalised(draft.owner());
    }
    Tensor best = null;
    for (Step step : draft.steps()) {
      for (Tensor tensor : Accesses.writes(step)) {
        if (best == null || rank(tensor) >= rank(best)) {
          best = tensor;
        }
      }
    }
    boolean backward = EntryPoint.first(draft.needs()).kind() == EntryPoint.Kind.GRADIENTS;
    String name = best.name();
    String plain = backward && isError(best) ? name.substring(ValueNames.ERROR.length())
        : backward && name.startsWith("d") && name.length() > 1 ? name.substring(1) : name;
    return capitalised(plain);
  }

  /** Rank of a tensor name as a kernel name. */
  private int rank(Tensor tensor) {
    boolean ofUser = own.contains(tensor.name());
    return tensor.kind() == Tensor.Kind.GRADIENT ? 1 : ofUser || isError(tensor) ? 2 : 0;
  }

  private boolean isError(Tensor tensor) {
    return !own.contains(tensor.name()) && tensor.name().startsWith(ValueNames.ERROR);
  }

  private static String capitalised(String name) {
    return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
