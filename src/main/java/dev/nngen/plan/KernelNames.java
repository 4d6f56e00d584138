package dev.nngen.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names methods for what they compute: {@code forwardH}, {@code backwardZ1}, {@code gradientW1}, {@code updateW1}. */
final class KernelNames {

  private final Map<String, Integer> taken = new HashMap<>();

  String name(KernelDraft draft) {
    String name = prefix(draft) + suffix(draft);
    int count = taken.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "_" + count;
  }

  private static String prefix(KernelDraft draft) {
    return switch (draft.needs().iterator().next()) {
      case PREDICT, LOSS -> "forward";
      case GRADIENTS -> writesGradientsOnly(draft) ? "gradient" : "backward";
      case UPDATE -> draft.owner().isEmpty() ? "prepareUpdate" : "update";
    };
  }

  private static boolean writesGradientsOnly(KernelDraft draft) {
    return draft.steps().stream().flatMap(step -> Accesses.writes(step).stream())
        .allMatch(tensor -> tensor.kind() == Tensor.Kind.GRADIENT);
  }

  private static String suffix(KernelDraft draft) {
    if (draft.needs().contains(Program.UPDATE)) {
      return capitalised(draft.owner());
    }
    List<Tensor> written = new ArrayList<>();
    draft.steps().forEach(step -> written.addAll(Accesses.writes(step)));
    boolean onlyGradients = writesGradientsOnly(draft);
    Tensor best = null;
    for (Tensor tensor : written) {
      if (best == null || onlyGradients || tensor.kind() != Tensor.Kind.GRADIENT) {
        best = tensor;
      }
    }
    boolean backward = !draft.needs().contains(Program.PREDICT) && !draft.needs().contains(Program.LOSS);
    String name = best.name();
    return capitalised(backward && name.startsWith("d") && name.length() > 1 ? name.substring(1) : name);
  }

  private static String capitalised(String name) {
    return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
