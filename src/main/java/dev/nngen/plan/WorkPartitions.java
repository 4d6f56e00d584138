package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Chooses the kernels of a plan that several threads run, and the smallest batch for which they do.
 *
 * <p>Work is counted in multiply-adds of a product; a core does a hundred or more per nanosecond at best. An entry of a nest, which mostly waits for
 * memory, counts as {@value #ENTRY} of them. Starting threads on a kernel and waiting for them takes about two microseconds if the threads are awake.
 */
public final class WorkPartitions {

  private static final long ENTRY = 32;

  /** Assumed batch size of compile-time decisions. */
  private static final int SUPPOSED_BATCH = 64;

  /** Minimum work of a kernel that several threads run. */
  static final double LEAST_WORK = 1 << 20;

  /** Minimum share of all work in kernels that can be divided; with it, two threads are 1.4 times as fast as one. */
  static final double LEAST_SHARE = 0.6;

  private final Map<Kernel, WorkPartition> kernels = new LinkedHashMap<>();
  private final Map<FusedUpdates.Update, WorkPartition> updates = new LinkedHashMap<>();
  private final double leastWork;
  private final double divided;

  /**
   * @param isDivisible true for products that can compute a part of their rows or columns
   * @param fused updates that replace kernels
   */
  public WorkPartitions(Plan plan, Predicate<MatrixProduct> isDivisible, Map<Kernel, FusedUpdates.Update> fused) {
    this(plan, isDivisible, fused, LEAST_WORK, LEAST_SHARE);
  }

  /** Like the other constructor, with other minimums for the work of a kernel and the share of all work. */
  public WorkPartitions(Plan plan, Predicate<MatrixProduct> isDivisible, Map<Kernel, FusedUpdates.Update> fused, double leastWork,
      double leastShare) {
    this.leastWork = leastWork;
    SharedMemory memory = new SharedMemory(plan.buffers());
    plan.kernels().stream().filter(kernel -> work(kernel.steps()) >= leastWork && isDivisible(kernel.steps(), isDivisible))
        .forEach(kernel -> WorkPartition.of(kernel.steps(), memory).ifPresent(division -> kernels.put(kernel, division)));
    fused.forEach((kernel, update) -> {
      if (kernels.containsKey(kernel)) {
        WorkPartition.of(update.steps(), memory).ifPresent(division -> updates.put(update, division));
      }
    });
    divided = kernels.keySet().stream().mapToDouble(kernel -> work(kernel.steps())).sum();
    if (divided < leastShare * plan.kernels().stream().mapToDouble(kernel -> work(kernel.steps())).sum()) {
      kernels.clear();
      updates.clear();
    }
  }

  private WorkPartitions() {
    leastWork = LEAST_WORK;
    divided = 0;
  }

  /** Returns the choice for a class without threads. */
  public static WorkPartitions none() {
    return new WorkPartitions();
  }

  /** Whether all products of the steps can compute a part. */
  static boolean isDivisible(List<Step> steps, Predicate<MatrixProduct> isDivisible) {
    return steps.stream().allMatch(step -> !(step instanceof MatrixProduct product) || isDivisible.test(product));
  }

  /** Returns the partition of each divided kernel; empty if the network is too small to gain. */
  public Map<Kernel, WorkPartition> kernels() {
    return kernels;
  }

  /** Returns the partitions of fused updates, for a product and a nest each. */
  public Map<FusedUpdates.Update, WorkPartition> updates() {
    return updates;
  }

  /** Whether the plan's class should have several threads. */
  public boolean areUsed() {
    return !kernels.isEmpty();
  }

  /** Returns the smallest batch for which several threads are faster than one. */
  public int leastBatch() {
    return (int) Math.max(1, leastWork * SUPPOSED_BATCH * kernels.size() / Math.max(1, divided));
  }

  /** Whether it pays to divide an update of that many parameter entries. */
  public boolean isWorthwhile(long entries) {
    return areUsed() && entries * ENTRY >= leastWork;
  }

  static double work(List<Step> steps) {
    return steps.stream().mapToDouble(step -> step instanceof MatrixProduct product ? work(product)
        : step instanceof Sequence sequence ? work(List.copyOf(sequence.nests())) : work((LoopNest) step)).sum();
  }

  /** Counts a sum of products as a product of matrices, which it mostly becomes. */
  private static double work(LoopNest nest) {
    boolean isProduct = nest.effects().size() == 1 && nest.effects().get(0) instanceof LoopNest.Reduce sum && sum.reduction() == LoopNest.Reduction.SUM && sum.value() instanceof Scalar.Product;
    return (isProduct ? 1 : ENTRY) * size(nest.axes());
  }

  private static double work(MatrixProduct product) {
    return size(product.to().dims()) * size(product.leftTransposed() ? product.left().rows() : product.left().columns());
  }

  static double size(List<Extent> extents) {
    return extents.stream().mapToDouble(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : SUPPOSED_BATCH).reduce(1, (a, b) -> a * b);
  }
}
