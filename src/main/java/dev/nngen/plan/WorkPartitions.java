package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which kernels of a plan are worth to be divided among threads, and from how many samples on.
 *
 * <p>Work is counted in multiplications and additions of a product, of which a core does some hundred in a nanosecond at best; an entry
 * of a nest, which mostly waits for memory, counts as {@value #ENTRY} of them. To start threads on a kernel and to wait
 * for them takes about two microseconds where they are awake.
 */
public final class Divisions {

  private static final long ENTRY = 32;

  /** The samples of a batch that compile-time decisions are made for. */
  private static final int SUPPOSED_BATCH = 64;

  /** A kernel of less work is left to one thread. */
  private static final double LEAST_WORK = 1 << 20;

  /** So much of all work must be in kernels that can be divided: two threads are 1.4 times as fast then. */
  private static final double LEAST_SHARE = 0.6;

  private final Map<Kernel, Division> kernels = new LinkedHashMap<>();
  private final Map<FusedUpdates.Update, Division> updates = new LinkedHashMap<>();
  private final double leastWork;
  private final double divided;

  /**
   * @param isDivisible true of products that can compute a part of their rows or columns
   * @param fused updates in the place of kernels
   */
  public Divisions(Plan plan, Predicate<MatrixProduct> isDivisible, Map<Kernel, FusedUpdates.Update> fused) {
    this(plan, isDivisible, fused, LEAST_WORK, LEAST_SHARE);
  }

  /** The same with other bounds: the least work of a kernel, and the least share of all work, that are worth it. */
  public Divisions(Plan plan, Predicate<MatrixProduct> isDivisible, Map<Kernel, FusedUpdates.Update> fused, double leastWork,
      double leastShare) {
    this.leastWork = leastWork;
    SharedMemory memory = new SharedMemory(plan.buffers());
    plan.kernels().stream().filter(kernel -> work(kernel.steps()) >= leastWork && isDivisible(kernel.steps(), isDivisible))
        .forEach(kernel -> Division.of(kernel.steps(), memory).ifPresent(division -> kernels.put(kernel, division)));
    fused.forEach((kernel, update) -> {
      if (kernels.containsKey(kernel)) {
        Division.of(update.steps(), memory).ifPresent(division -> updates.put(update, division));
      }
    });
    divided = kernels.keySet().stream().mapToDouble(kernel -> work(kernel.steps())).sum();
    if (divided < leastShare * plan.kernels().stream().mapToDouble(kernel -> work(kernel.steps())).sum()) {
      kernels.clear();
      updates.clear();
    }
  }

  private Divisions() {
    leastWork = LEAST_WORK;
    divided = 0;
  }

  /** Of a class that has no threads. */
  public static Divisions none() {
    return new Divisions();
  }

  private static boolean isDivisible(List<Step> steps, Predicate<MatrixProduct> isDivisible) {
    return steps.stream().allMatch(step -> !(step instanceof MatrixProduct product) || isDivisible.test(product));
  }

  /** The divisions of kernels by kernel; empty where the network is too small to gain. */
  public Map<Kernel, Division> kernels() {
    return kernels;
  }

  /** The divisions of updates that are fused, a product and a nest each. */
  public Map<FusedUpdates.Update, Division> updates() {
    return updates;
  }

  /** True of a plan whose class is to have several threads. */
  public boolean gain() {
    return !kernels.isEmpty();
  }

  /** With fewer samples in a batch one thread is faster. */
  public int leastBatch() {
    return (int) Math.max(1, leastWork * SUPPOSED_BATCH * kernels.size() / Math.max(1, divided));
  }

  /** Whether changing so many entries of parameters is worth to be divided. */
  public boolean isWorthwhile(long entries) {
    return gain() && entries * ENTRY >= leastWork;
  }

  private static double work(List<Step> steps) {
    return steps.stream().mapToDouble(step -> step instanceof MatrixProduct product ? work(product)
        : step instanceof Sequence sequence ? work(List.copyOf(sequence.nests())) : ENTRY * size(((LoopNest) step).axes())).sum();
  }

  private static double work(MatrixProduct product) {
    return size(product.to().dims()) * size(product.leftTransposed() ? product.left().rows() : product.left().columns());
  }

  private static double size(List<Extent> extents) {
    return extents.stream().mapToDouble(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : SUPPOSED_BATCH).reduce(1, (a, b) -> a * b);
  }
}
