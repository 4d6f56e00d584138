package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Puts steps together that become straight code in one loop over the samples. A step joins the nests of a loop before it where
 * nothing that it needs is known behind the loop only, and nothing that stands between them minds the order.
 */
final class StraightRuns {

  private final Predicate<LoopNest> isStraight;
  private final BiPredicate<Tensor, Tensor> overlap;
  private final List<Run> runs = new ArrayList<>();
  private final List<LoopNest> loop = new ArrayList<>();
  private final List<Step> waiting = new ArrayList<>();
  private long operations;

  private StraightRuns(Predicate<LoopNest> isStraight, BiPredicate<Tensor, Tensor> overlap) {
    this.isStraight = isStraight;
    this.overlap = overlap;
  }

  /** Steps in order; where they are straight, all are nests. */
  record Run(boolean straight, List<Step> steps) {
    List<LoopNest> nests() {
      return steps.stream().map(LoopNest.class::cast).toList();
    }
  }

  /**
   * The steps as runs.
   *
   * @param isStraight true of a nest that is worth it
   * @param scope knows which tensors lie in the same memory
   */
  static List<Run> of(List<Step> steps, Predicate<LoopNest> isStraight, MethodScope scope) {
    StraightRuns runs = new StraightRuns(isStraight, scope::overlap);
    steps.forEach(runs::add);
    runs.flush();
    return runs.runs;
  }

  /** True of a nest with at most one loop over samples, whose entries are each of a single sample and known without data: those are locals. */
  static boolean isPossible(LoopNest nest) {
    return nest.effects().stream().noneMatch(LoopNest.Scatter.class::isInstance) && isAtMostSamples(nest.axes()) && Stream.concat(Accesses.reads(nest).stream(), Accesses.writes(nest).stream()).allMatch(tensor -> isAtMostSamples(tensor.dims()));
  }

  private static boolean isAtMostSamples(List<Extent> extents) {
    List<Extent> open = extents.stream().filter(Extent.Symbol.class::isInstance).toList();
    return open.isEmpty() || open.equals(List.of(Extent.BATCH));
  }

  private static boolean isOverSamples(LoopNest nest) {
    return nest.axes().stream().anyMatch(Extent.Symbol.class::isInstance);
  }

  private void add(Step step) {
    boolean straight = step instanceof LoopNest nest && isStraight.test(nest);
    boolean overSamples = straight && isOverSamples((LoopNest) step);
    if (overSamples && !(waiting.stream().allMatch(other -> isIndependent(step, other)) && joins((LoopNest) step))) {
      flush();
    }
    if (overSamples) {
      loop.add((LoopNest) step);
      operations += KernelCost.operations((LoopNest) step);
    } else {
      waiting.add(step);
    }
  }

  /** True where the nest can run in the loop, sample by sample, behind the nests that are there. */
  private boolean joins(LoopNest nest) {
    return operations + KernelCost.operations(nest) <= KernelCost.MOST_OPERATIONS && loop.stream().allMatch(before -> {
      boolean reads = touches(Accesses.reads(nest), Accesses.writes(before), (mine, other) -> mine.equals(other) && mine.isOpen());
      boolean writes = touches(Accesses.writes(nest), union(before), (mine, other) -> mine.dims().equals(other.dims()) && mine.isOpen());
      return reads && writes;
    });
  }

  /** True where tensors that lie in the same memory are such that the order within a sample is enough. */
  private boolean touches(Collection<Tensor> some, Collection<Tensor> others, BiPredicate<Tensor, Tensor> harmless) {
    return some.stream().allMatch(mine -> others.stream().allMatch(other -> !overlap.test(mine, other) || harmless.test(mine, other)));
  }

  private boolean isIndependent(Step one, Step other) {
    return touches(Accesses.reads(one), Accesses.writes(other), (a, b) -> false) && touches(Accesses.writes(one), union(other), (a, b) -> false);
  }

  private static Collection<Tensor> union(Step step) {
    return Stream.concat(Accesses.reads(step).stream(), Accesses.writes(step).stream()).toList();
  }

  /** Ends the loop; straight code without samples follows it at once where nothing in between minds. */
  private void flush() {
    List<Step> straight = new ArrayList<>(loop);
    List<Step> rest = new ArrayList<>();
    for (Step step : waiting) {
      boolean follows = step instanceof LoopNest nest && isStraight.test(nest) && rest.stream().allMatch(other -> isIndependent(step, other));
      (follows ? straight : rest).add(step);
    }
    boolean pays = straight.stream().anyMatch(step -> KernelCost.points((LoopNest) step) > 1);
    if (!straight.isEmpty()) {
      runs.add(new Run(pays, straight));
    }
    if (!rest.isEmpty()) {
      runs.add(new Run(false, rest));
    }
    loop.clear();
    waiting.clear();
    operations = 0;
  }
}
