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
 * Groups steps that become straight-line code in one loop over the samples. A step joins the nests of an earlier loop if its operands are known
 * inside that loop, and if it may be exchanged with all steps in between.
 */
final class StraightLineGroups {

  private final Predicate<LoopNest> isStraight;
  private final BiPredicate<Tensor, Tensor> overlap;
  private final List<Run> runs = new ArrayList<>();
  private final List<LoopNest> loop = new ArrayList<>();
  private final List<Step> waiting = new ArrayList<>();
  private long operations;

  private StraightLineGroups(Predicate<LoopNest> isStraight, BiPredicate<Tensor, Tensor> overlap) {
    this.isStraight = isStraight;
    this.overlap = overlap;
  }

  /** Consecutive steps; if they are straight, all are nests. */
  record Run(boolean straight, List<Step> steps) {
    List<LoopNest> nests() {
      return steps.stream().map(LoopNest.class::cast).toList();
    }
  }

  /**
   * Splits the steps into groups.
   *
   * @param isStraight true for nests that are worth it
   * @param scope knows which tensors share memory
   */
  static List<Run> of(List<Step> steps, Predicate<LoopNest> isStraight, MethodScope scope) {
    StraightLineGroups runs = new StraightLineGroups(isStraight, scope::overlap);
    steps.forEach(runs::add);
    runs.flush();
    return runs.runs;
  }

  /**
   * Whether the nest has at most one loop over samples, and all its entries belong to one sample and are known without data, so that they are locals.
   */
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

  /** Whether the nest can run in the loop, sample by sample, after the nests that are there. */
  private boolean joins(LoopNest nest) {
    return operations + KernelCost.operations(nest) <= KernelCost.MOST_OPERATIONS && loop.stream().allMatch(before -> {
      boolean reads = touches(Accesses.reads(nest), Accesses.writes(before), (mine, other) -> mine.equals(other) && mine.isOpen());
      boolean writes = touches(Accesses.writes(nest), union(before), (mine, other) -> mine.dims().equals(other.dims()) && mine.isOpen());
      return reads && writes;
    });
  }

  /** Whether shared memory is accessed in a way for which the order within a sample is not enough. */
  private boolean touches(Collection<Tensor> some, Collection<Tensor> others, BiPredicate<Tensor, Tensor> harmless) {
    return some.stream().allMatch(mine -> others.stream().allMatch(other -> !overlap.test(mine, other) || harmless.test(mine, other)));
  }

  private boolean isIndependent(Step one, Step other) {
    return touches(Accesses.reads(one), Accesses.writes(other), (a, b) -> false) && touches(Accesses.writes(one), union(other), (a, b) -> false);
  }

  private static Collection<Tensor> union(Step step) {
    return Stream.concat(Accesses.reads(step).stream(), Accesses.writes(step).stream()).toList();
  }

  /** Ends the loop; straight-line code without samples follows it directly if it may. */
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
