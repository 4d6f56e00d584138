package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.ProductLoops;
import dev.nngen.schedule.SmallShape;
import dev.nngen.schedule.Target;
import dev.nngen.schedule.Vectorizer;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Cost model: selects the fastest method for a shape. All choices of {@code plain} and {@code vector} that depend on sizes are here. The numbers were
 * measured on a core with AVX-512, JDK 17, in processor time:
 *
 * <ul>
 * <li>A product in inline loops takes about a nanosecond per multiply-add, because HotSpot does not vectorize them. The class {@code Products} takes
 *     an eighth of that, and half a microsecond per call for copies and remainders.
 * <li>An operation of a nest of short loops also takes a nanosecond, one of straight-line code about a third: sums over samples stay in registers,
 *     and there is no inner loop overhead. A whole step of 2-4-1 with a batch of 4 takes 77 ns instead of 171; a third of it is calls for exp and
 *     log1p on vectors. With more than a dozen sums HotSpot runs out of registers, and it never compiles a method of 8,000 bytes: hence the bounds on
 *     points and operations.
 * <li>A nest whose rows fill a vector is faster in vectors: 16 entries in the time of one or two.
 * <li>Functions such as exp take 5 to 10 ns for a vector of any length, and for a single number.
 * </ul>
 *
 * <p>{@code src/bench/run --cost-model} replaces this model by others that override a choice, and times the result.
 */
class KernelCost {

  /** The measured cost model. */
  static final KernelCost MEASURED = new KernelCost();

  private static final double LOOP_NANOSECONDS = 1;
  private static final double CALL_NANOSECONDS = 0.125;
  private static final double CALL_OVERHEAD_NANOSECONDS = 500;

  /** Assumed batch size of choices that depend on it. */
  static final int SUPPOSED_BATCH = 16;

  /** Maximum number of points per sample of a nest that is written out point by point. */
  private static final int MOST_POINTS = 32;

  /** Maximum number of operations per sample of straight-line code in a method; an operation has about eight bytes of bytecode. */
  static final int MOST_OPERATIONS = 600;

  /** Maximum number and size of parameters with update loops of their own; otherwise one method serves all. */
  private static final int MOST_PARAMETERS = 8;
  private static final long MOST_ENTRIES = 1024;

  /** Maximum number of entries of each matrix of a product that is straight-line code over vectors, counting fixed axes only. */
  private static final long MOST_PRODUCT_ENTRIES = 1024;

  /** Minimum number of terms of a sum for which vectors save more than copying or staging costs. */
  private static final long FEWEST_TERMS = 8;

  /** Whether a call of {@code Products} computes the product faster than the loops that define it. */
  boolean isWorthACall(MatrixProduct product) {
    long operations = ProductLoops.operations(product, SUPPOSED_BATCH);
    return operations * LOOP_NANOSECONDS > operations * CALL_NANOSECONDS + CALL_OVERHEAD_NANOSECONDS;
  }

  /** Whether the product fills vectors and is faster as straight-line code over them than in a call or in scalar loops. */
  boolean isWorthVectors(SmallShape shape) {
    return shape.mostEntries() <= MOST_PRODUCT_ENTRIES && (!shape.staged() || shape.terms().orElse(FEWEST_TERMS) >= FEWEST_TERMS);
  }

  /** Whether one of the plan's products is called, not written inline. */
  static boolean hasCalls(Plan plan, Predicate<Step> multiplies) {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).anyMatch(multiplies);
  }

  /**
   * Whether the nest is fastest as straight-line code in a loop over the samples: it is small, neither its rows nor contiguous samples fill a vector,
   * and it applies no slow function.
   *
   * @param lanes of the longest vectors
   */
  boolean isStraight(LoopNest nest, int lanes) {
    return points(nest) <= MOST_POINTS && operations(nest) <= MOST_OPERATIONS && !fillsVectors(nest, lanes)
        && new Target(lanes).slow().stream().noneMatch(fn -> Accesses.applies(nest, fn));
  }

  private static boolean fillsVectors(LoopNest nest, int lanes) {
    List<Extent> axes = nest.axes();
    if (axes.isEmpty()) {
      return false;
    }
    if (nest.flat() && axes.stream().allMatch(Extent.Fixed.class::isInstance)) {
      return points(nest) >= lanes;
    }
    Extent innermost = axes.get(axes.size() - 1);
    return innermost instanceof Extent.Fixed fixed ? fixed.size() >= lanes
        : axes.size() > 1 && new Vectorizer(new Target(lanes)).isPossible(nest);
  }

  /** Whether the kernels are so small together that one method should run all. */
  boolean runsAtOnce(List<Kernel> kernels) {
    List<Step> steps = kernels.stream().flatMap(kernel -> kernel.steps().stream()).toList();
    return steps.stream().allMatch(step -> step instanceof LoopNest nest && points(nest) <= MOST_POINTS)
        && steps.stream().mapToLong(step -> operations((LoopNest) step)).sum() <= MOST_OPERATIONS;
  }

  /** Whether the parameters should have updates of their own, with loops of known length. */
  boolean areFew(List<Tensor> parameters) {
    return parameters.size() <= MOST_PARAMETERS && parameters.stream().allMatch(parameter -> parameter.fixedSize() <= MOST_ENTRIES);
  }

  /** Returns the number of points for a single sample. */
  static long points(LoopNest nest) {
    return nest.axes().stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1)
        .reduce(1, (a, b) -> Math.min(a * b, Integer.MAX_VALUE));
  }

  /** Returns the number of operations for a single sample; a read counts as one. */
  static long operations(LoopNest nest) {
    long each = Stream.concat(nest.lets().stream().map(Let::value), nest.effects().stream().map(Effect::value))
        .mapToLong(value -> Accesses.parts(value).size()).sum();
    return points(nest) * each;
  }
}
