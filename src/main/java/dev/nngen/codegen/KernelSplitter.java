package dev.nngen.codegen;

import dev.nngen.ir.Fn;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.KernelPieces;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits kernels with more vector operations than HotSpot inlines in a method; operations that are not inlined allocate an object for each vector. */
final class KernelSplitter {

  /**
   * Maximum number of vector operations in a method. With JDK 17, methods of up to 106 operations did not allocate and one of 112 did; the
   * surrounding code takes part of the budget.
   */
  private static final int MOST_OPERATIONS = 80;
  /** Number of operations that a small product counts as; it is straight-line code over vectors. */
  private static final int PRODUCT = 24;

  private KernelSplitter() {}

  static Plan split(Plan plan) {
    KernelPieces pieces = new KernelPieces(plan);
    return plan.with(plan.kernels().stream().flatMap(kernel -> pieces.kernels(kernel, joined(pieces.shortest(kernel))).stream()).toList(), plan.buffers());
  }

  private static List<List<Step>> joined(List<List<Step>> shortest) {
    List<List<Step>> pieces = new ArrayList<>();
    int size = 0;
    for (List<Step> steps : shortest) {
      boolean cut = size + operations(steps.get(0)) > MOST_OPERATIONS;
      if (cut || pieces.isEmpty()) {
        pieces.add(new ArrayList<>());
      }
      size = (cut ? 0 : size) + steps.stream().mapToInt(KernelSplitter::operations).sum();
      pieces.get(pieces.size() - 1).addAll(steps);
    }
    return pieces;
  }

  private static int operations(Step step) {
    if (step instanceof Sequence sequence) {
      return sequence.nests().stream().mapToInt(KernelSplitter::operations).sum();
    }
    return step instanceof LoopNest nest ? operations(nest) : PRODUCT;
  }

  /** Counts operations. A function of many operations has a method of its own. */
  private static int operations(LoopNest nest) {
    int operations = Accesses.expressions(nest).stream().mapToInt(Accesses::vectorOperations).sum() + nest.effects().size();
    return Arrays.stream(Fn.values()).anyMatch(fn -> fn.hasOwnVectors() && Accesses.applies(nest, fn)) ? Math.max(operations, MOST_OPERATIONS) : operations;
  }
}
