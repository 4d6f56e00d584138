package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPass;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Pass;
import dev.nngen.schedule.Scheduled;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A way to compute kernels: with a library, with plain loops, with vectors. */
public interface KernelSet {

  /** The name of the set on the command line. */
  String name();

  /** What becomes of plans before their kernels are loop programs, in order: other steps, and more memory where they need it. */
  default List<PlanPass> planPasses(Types types) {
    return List.of();
  }

  /** The plan as the set computes it. */
  default Plan adapt(Plan plan) {
    Plan adapted = plan;
    for (PlanPass pass : planPasses(Types.of(plan.model().singlePrecision()))) {
      adapted = pass.run(adapted);
    }
    return adapted;
  }

  /** What the code calls. */
  Dialect dialect(Types types);

  /** What becomes of loop programs before they are printed, in order. */
  List<Pass> passes(Types types);

  /** What becomes instead of those of nests that are so small that they are straight code. */
  default List<Pass> straightPasses() {
    return List.of();
  }

  /**
   * The kernel, which is one of the adapted plan, as loop programs that run one after the other. The scope says which part of its loops the
   * method runs.
   */
  Stream<Scheduled> lower(Kernel kernel, MethodScope scope);

  /** The body of the method that runs the kernel, which is one of the adapted plan. The scope has the method's parameters. */
  default CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    lower(kernel, scope).forEach(each -> code.add(LoopJava.write(each.run(), kernel.locals(), dialect(scope.types()), scope)));
    return code.build();
  }

  /** True where one method for all these kernels is faster than one for each. */
  default boolean runsAtOnce(List<Kernel> kernels) {
    return false;
  }

  /** True where loops for each single parameter are faster than one method for the update of any. */
  default boolean updatesOneByOne(List<Tensor> parameters) {
    return false;
  }

  /** True where powers of constants with the step's number are kept from step to step. */
  default boolean keepsPowers() {
    return false;
  }

  /** Buffers have room for a multiple of so many samples, so that loops over what lies in them may run beyond the last one. */
  default int samplesTogether() {
    return 1;
  }

  /** The updates that a training step makes while it computes gradients, by the kernel in whose place they stand. */
  default Map<Kernel, FusedUpdates.Update> fusedUpdates(Plan plan) {
    return Map.of();
  }

  /** The body of the method that runs such an update. */
  default CodeBlock body(FusedUpdates.Update update, MethodScope scope) {
    throw new IllegalStateException(name() + " fuses no updates");
  }

  /**
   * How kernels are divided among threads; by default they are not.
   *
   * @param fused the updates in the place of kernels
   */
  default Divisions divisions(Plan plan, Map<Kernel, FusedUpdates.Update> fused) {
    return Divisions.none();
  }

  /** Whether the body computes the product by a call of the nested class {@code Products}. */
  default boolean isCalled(MatrixProduct product, Types types) {
    return false;
  }

  /** Whether the body computes something of the step by the nested class {@code Products}. */
  default boolean multiplies(Step step, Types types) {
    return step instanceof MatrixProduct product && isCalled(product, types);
  }

  /** Adds what the bodies use beyond the matrices of the plan. */
  default void addMembers(TypeSpec.Builder type, Plan plan, Divisions divisions) {}
}
