package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** What is worth what. */
final class KernelCost {

  private static final int MOST_POINTS = 32;
  static final int MOST_OPERATIONS = 600;
  private static final int MOST_PARAMETERS = 8;
  private static final long MOST_ENTRIES = 1024;

  private static final java.util.Set<dev.nngen.ir.Fn> SLOW = java.util.Set.of(dev.nngen.ir.Fn.EXP, dev.nngen.ir.Fn.LOG, dev.nngen.ir.Fn.TANH, dev.nngen.ir.Fn.LOG1P, dev.nngen.ir.Fn.EXPM1, dev.nngen.ir.Fn.SIN, dev.nngen.ir.Fn.COS);

  private KernelCost() {}

  /** True of a nest that can be straight code in a loop over samples. */
  static boolean isStraight(LoopNest nest, int lanes) {
    List<Extent> axes = nest.axes();
    long samples = axes.stream().filter(Extent.Symbol.class::isInstance).count();
    boolean bySamples = axes.size() > 1 && axes.get(axes.size() - 1) instanceof Extent.Symbol
        && new VectorLanes(nest, nest.flat(), lanes).possible();
    boolean wide = !axes.isEmpty() && axes.get(axes.size() - 1) instanceof Extent.Fixed fixed && fixed.size() >= lanes;
    return samples <= 1 && points(nest) <= MOST_POINTS && !bySamples && !wide
        && SLOW.stream().noneMatch(fn -> Accesses.applies(nest, fn))
        && tensors(nest).allMatch(tensor -> tensor.batchDegree() <= 1);
  }

  private static Stream<Tensor> tensors(LoopNest nest) {
    return Stream.concat(Accesses.reads(nest).stream(), Accesses.writes(nest).stream());
  }

  /** True of kernels that are small altogether. */
  static boolean runsAtOnce(List<Kernel> kernels, int lanes) {
    List<Step> steps = kernels.stream().flatMap(kernel -> kernel.steps().stream()).toList();
    return steps.stream().allMatch(step -> step instanceof LoopNest nest && points(nest) <= MOST_POINTS)
        && steps.stream().mapToLong(step -> operations((LoopNest) step)).sum() <= MOST_OPERATIONS;
  }

  /** True of parameters that are worth updates of their own. */
  static boolean areFew(List<Tensor> parameters) {
    return parameters.size() <= MOST_PARAMETERS && parameters.stream().allMatch(parameter -> parameter.fixedSize() <= MOST_ENTRIES);
  }

  /** The number of points for a single sample. */
  static long points(LoopNest nest) {
    long points = 1;
    for (Extent extent : nest.axes()) {
      points *= extent instanceof Extent.Fixed fixed ? fixed.size() : 1;
      if (points > Integer.MAX_VALUE) {
        break;
      }
    }
    return points;
  }

  /** The operations for a single sample. */
  static long operations(LoopNest nest) {
    int[] count = new int[1];
    Stream.concat(nest.lets().stream().map(LoopNest.Let::value), nest.effects().stream().map(LoopNest.Effect::value))
        .forEach(value -> Accesses.anyPart(value, part -> {
          count[0]++;
          return false;
        }));
    return points(nest) * count[0];
  }
}
