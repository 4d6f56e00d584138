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
 * Which way of computing is the fastest for a shape; all choices of {@code plain} and {@code vector} that are made by sizes. Measured
 * on a core with AVX-512, JDK 17, in processor time:
 *
 * <ul>
 * <li>A product in loops on the spot takes about a nanosecond for a multiplication and addition, since HotSpot does not turn them into
 *     vector instructions; in the class {@code Products} an eighth of that, and a call half a microsecond for copies and loops that are
 *     too short.
 * <li>An operation of a nest of short loops takes a nanosecond too, one of straight code about a third: sums over samples stay in
 *     registers, and no inner loop begins and ends. A whole step of 2-4-1 with a batch of 4 fell from 171 to 77 ns, of which
 *     calls for exp and log1p on vectors are a third. From some dozen sums on HotSpot runs out of registers, and a
 *     method of 8,000 bytes is never compiled: hence the bounds on points and operations.
 * <li>A nest whose rows fill a vector is faster in vectors: 16 entries in the time of one or two.
 * <li>Functions such as exp take 5 to 10 ns for a vector of any length, and as much for a single number.
 * </ul>
 *
 * <p>{@code src/bench/run --cost-model} puts others in its place, which override a choice, and times what comes of it.
 */
class KernelCost {

  /** What was measured. */
  static final KernelCost MEASURED = new KernelCost();

  private static final double LOOP_NANOSECONDS = 1;
  private static final double CALL_NANOSECONDS = 0.125;
  private static final double CALL_OVERHEAD_NANOSECONDS = 500;

  /** The samples of a batch, where a choice depends on them. */
  static final int SUPPOSED_BATCH = 16;

  /** Points of a nest that are written one by one, for a sample. */
  private static final int MOST_POINTS = 32;

  /** Operations of straight code in a method, for a sample: some eight bytes of bytecode each. */
  static final int MOST_OPERATIONS = 600;

  /** Parameters that have loops of their own in the update, and the entries of each; otherwise one method serves all. */
  private static final int MOST_PARAMETERS = 8;
  private static final long MOST_ENTRIES = 1024;

  /** The entries of each matrix of a product that is straight code over vectors, if only fixed axes count. */
  private static final long MOST_PRODUCT_ENTRIES = 1024;

  /** Terms of a sum from which on vectors save more than it takes to copy or to stage them. */
  private static final long FEWEST_TERMS = 8;

  /** True of a product that is faster in a call of {@code Products} than in the loops that define it. */
  boolean isWorthACall(MatrixProduct product) {
    long operations = ProductLoops.operations(product, SUPPOSED_BATCH);
    return operations * LOOP_NANOSECONDS > operations * CALL_NANOSECONDS + CALL_OVERHEAD_NANOSECONDS;
  }

  /** True of a product that fills vectors and is faster as straight code over them than in a call or in loops of single numbers. */
  boolean isWorthVectors(SmallShape shape) {
    return shape.mostEntries() <= MOST_PRODUCT_ENTRIES && (!shape.staged() || shape.terms().orElse(FEWEST_TERMS) >= FEWEST_TERMS);
  }

  /** True where one of the plan's products is called rather than written on the spot. */
  static boolean hasCalls(Plan plan, Predicate<Step> multiplies) {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).anyMatch(multiplies);
  }

  /**
   * True of a nest that is best as straight code in a loop over the samples: it is small, its rows fill no vector, samples that
   * lie side by side fill none either, and it applies no slow function.
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

  /** True of kernels that are so small altogether that one method is best for all. */
  boolean runsAtOnce(List<Kernel> kernels) {
    List<Step> steps = kernels.stream().flatMap(kernel -> kernel.steps().stream()).toList();
    return steps.stream().allMatch(step -> step instanceof LoopNest nest && points(nest) <= MOST_POINTS)
        && steps.stream().mapToLong(step -> operations((LoopNest) step)).sum() <= MOST_OPERATIONS;
  }

  /** True of parameters that are worth updates of their own, whose loops have a known length. */
  boolean areFew(List<Tensor> parameters) {
    return parameters.size() <= MOST_PARAMETERS && parameters.stream().allMatch(parameter -> parameter.fixedSize() <= MOST_ENTRIES);
  }

  /** The number of points for a single sample. */
  static long points(LoopNest nest) {
    return nest.axes().stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1)
        .reduce(1, (a, b) -> Math.min(a * b, Integer.MAX_VALUE));
  }

  /** The operations for a single sample; reading counts as one. */
  static long operations(LoopNest nest) {
    long each = Stream.concat(nest.lets().stream().map(Let::value), nest.effects().stream().map(Effect::value))
        .mapToLong(value -> Accesses.parts(value).size()).sum();
    return points(nest) * each;
  }
}
