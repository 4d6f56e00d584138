package dev.nngen.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Merges kernels that read better as one method: those that prepare an optimizer's step, and a kernel without a named result with the kernel that
 * uses it.
 */
final class KernelMerger {

  /** Maximum number of steps in a merged method. */
  private static final int MOST_STEPS = 12;

  private KernelMerger() {}

  static void run(List<KernelDraft> drafts) {
    List<KernelDraft> joined = new ArrayList<>();
    for (KernelDraft draft : drafts) {
      KernelDraft last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && belongs(last, draft)) {
        last.steps().addAll(draft.steps());
        last.values().addAll(draft.values());
      } else {
        joined.add(draft);
      }
    }
    drafts.clear();
    drafts.addAll(joined);
  }

  private static boolean belongs(KernelDraft first, KernelDraft second) {
    boolean nameless = first.values().isEmpty();
    boolean preparing = EntryPoint.areUpdates(first.needs()) && first.owner().isEmpty();
    return (nameless || preparing) && first.needs().equals(second.needs()) && first.owner().equals(second.owner())
        && first.steps().size() + second.steps().size() <= MOST_STEPS;
  }
}
