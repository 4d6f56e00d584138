package dev.nngen.codegen;

import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import java.util.function.Predicate;

/**
 * Which products are worth a call. In the loops on the spot a multiplication and addition takes about a nanosecond, since
 * HotSpot does not turn them into vector instructions; in the class {@code Products} an eighth of that, and a call about half
 * a microsecond for copies and loops that are too short. The batch is supposed to have 16 samples.
 */
final class ProductCost {

  private static final double LOOP_NANOSECONDS = 1;
  private static final double CALL_NANOSECONDS = 0.125;
  private static final double OVERHEAD_NANOSECONDS = 500;
  static final int SUPPOSED_BATCH = 16;

  private ProductCost() {}

  static boolean isWorthACall(MatrixProduct product) {
    long operations = ProductLoops.operations(product, SUPPOSED_BATCH);
    return operations * LOOP_NANOSECONDS > operations * CALL_NANOSECONDS + OVERHEAD_NANOSECONDS;
  }

  /** True where one of the plan's products is called rather than written on the spot. */
  static boolean hasCalls(Plan plan, Predicate<MatrixProduct> called) {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .anyMatch(step -> step instanceof MatrixProduct product && called.test(product));
  }
}
