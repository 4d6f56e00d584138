package dev.nngen.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Splits kernels that threads cannot divide as a whole, such as a convolution after another, each of which reads all of the previous one's result:
 * threads meet between the pieces. Plans whose classes have no threads stay as they are.
 */
public final class WorkPieces {

  private final Predicate<MatrixProduct> isDivisible;
  private final SharedMemory memory;
  private final double leastWork;
  private final KernelPieces pieces;

  private WorkPieces(Plan plan, Predicate<MatrixProduct> isDivisible, double leastWork) {
    this.isDivisible = isDivisible;
    this.memory = new SharedMemory(plan.buffers());
    this.leastWork = leastWork;
    this.pieces = new KernelPieces(plan);
  }

  /**
   * Returns a plan with such pieces, the given one if threads do not pay.
   *
   * @param isDivisible true for products that can compute a part of their rows or columns
   */
  public static Plan in(Plan plan, Predicate<MatrixProduct> isDivisible) {
    return in(plan, isDivisible, WorkPartitions.LEAST_WORK, WorkPartitions.LEAST_SHARE);
  }

  /** Like the other method, with other minimums for the work of a kernel and the share of all work. */
  public static Plan in(Plan plan, Predicate<MatrixProduct> isDivisible, double leastWork, double leastShare) {
    WorkPieces work = new WorkPieces(plan, isDivisible, leastWork);
    Plan split = plan.with(plan.kernels().stream().flatMap(kernel -> work.pieces.kernels(kernel, work.divided(kernel)).stream()).toList(), plan.buffers());
    return new WorkPartitions(split, isDivisible, Map.of(), leastWork, leastShare).areUsed() ? split : plan;
  }

  private List<List<Step>> divided(Kernel kernel) {
    if (WorkPartitions.work(kernel.steps()) < leastWork || isPreferred(kernel.steps())) {
      return List.of(kernel.steps());
    }
    List<List<Step>> joint = new ArrayList<>();
    for (List<Step> steps : pieces.shortest(kernel)) {
      List<Step> last = joint.isEmpty() ? List.of() : joint.get(joint.size() - 1);
      List<Step> both = Stream.concat(last.stream(), steps.stream()).toList();
      if (!last.isEmpty() && (isPreferred(both) || !isDivided(last) && !isDivided(steps))) {
        joint.set(joint.size() - 1, both);
      } else {
        joint.add(steps);
      }
    }
    return joint;
  }

  private boolean isPreferred(List<Step> steps) {
    return WorkPartitions.isDivisible(steps, isDivisible) && WorkPartition.preferred(steps, memory).isPresent();
  }

  private boolean isDivided(List<Step> steps) {
    return WorkPartitions.isDivisible(steps, isDivisible) && WorkPartition.of(steps, memory).isPresent();
  }
}
