package dev.nngen.codegen;

import dev.nngen.ir.Fn;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Splits kernels with more vector operations than HotSpot inlines in a method; operations that are not inlined allocate an object for each vector. A
 * number that is a local of the kernel stays with its readers, and a nest with the preceding product, on whose blocks it may run.
 */
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
    Set<String> names = plan.kernels().stream().map(Kernel::name).collect(Collectors.toSet());
    return plan.with(plan.kernels().stream().flatMap(kernel -> split(kernel, names).stream()).toList(), plan.buffers());
  }

  private static List<Kernel> split(Kernel kernel, Set<String> names) {
    List<List<Step>> pieces = new ArrayList<>();
    int size = 0;
    for (int s = 0; s < kernel.steps().size(); s++) {
      Step step = kernel.steps().get(s);
      boolean cut = s > 0 && size + operations(step) > MOST_OPERATIONS && isApart(kernel, s);
      if (cut || s == 0) {
        pieces.add(new ArrayList<>());
      }
      size = (cut ? 0 : size) + operations(step);
      pieces.get(pieces.size() - 1).add(step);
    }
    return pieces.size() == 1 ? List.of(kernel)
        : IntStream.range(0, pieces.size()).mapToObj(k -> piece(kernel, k == 0 ? kernel.name() : free(kernel.name(), names), pieces, k)).toList();
  }

  private static Kernel piece(Kernel kernel, String name, List<List<Step>> pieces, int index) {
    List<Step> steps = pieces.get(index);
    Set<Tensor> touched = steps.stream().flatMap(KernelSplitter::touched).collect(Collectors.toSet());
    return new Kernel(name, kernel.programs(), steps, kernel.values().stream().filter(value -> writer(value.tensor(), pieces) == index).toList(),
        kernel.locals().stream().filter(touched::contains).collect(Collectors.toSet()));
  }

  /** Returns the first piece that writes the tensor; 0 for a tensor that another one has replaced. */
  private static int writer(Tensor tensor, List<List<Step>> pieces) {
    return IntStream.range(0, pieces.size()).filter(k -> pieces.get(k).stream().anyMatch(step -> Accesses.writes(step).contains(tensor))).findFirst().orElse(0);
  }

  private static String free(String name, Set<String> names) {
    String free = IntStream.iterate(2, k -> k + 1).mapToObj(k -> name + "_" + k).filter(other -> !names.contains(other)).findFirst().orElseThrow();
    names.add(free);
    return free;
  }

  /** Whether a method may end before the step with that index. */
  private static boolean isApart(Kernel kernel, int index) {
    Set<Tensor> before = kernel.steps().subList(0, index).stream().flatMap(KernelSplitter::touched).collect(Collectors.toSet());
    boolean shares = kernel.steps().subList(index, kernel.steps().size()).stream().flatMap(KernelSplitter::touched)
        .anyMatch(tensor -> kernel.locals().contains(tensor) && before.contains(tensor));
    return !shares && !(kernel.steps().get(index - 1) instanceof MatrixProduct product && Accesses.reads(kernel.steps().get(index)).contains(product.to()));
  }

  private static Stream<Tensor> touched(Step step) {
    return Stream.concat(Accesses.reads(step).stream(), Accesses.writes(step).stream());
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
