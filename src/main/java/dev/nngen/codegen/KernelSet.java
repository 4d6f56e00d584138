package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPass;
import dev.nngen.plan.Planner;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartitions;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.ScheduledProgram;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A method of computing kernels: with a library, with plain loops, or with vectors. */
public interface KernelSet {

  /** Returns the name of the set on the command line. */
  String name();

  /** Returns whether the steps of recurrences are first in memory, which needs products whose rows, columns or terms have several axes. */
  default boolean stepsFirst() {
    return false;
  }

  /** Plans a model for the set. */
  default Plan plan(Program<? extends Phase.Differentiated> model) {
    return Planner.plan(model, stepsFirst());
  }

  /** Returns the passes that rewrite a plan before lowering, in order; they may change steps and add memory. */
  default List<PlanPass> planPasses(Types types) {
    return List.of();
  }

  /** Returns the plan after these passes. */
  default Plan adapt(Plan plan) {
    Plan adapted = plan;
    for (PlanPass pass : planPasses(Types.of(plan.model().singlePrecision()))) {
      adapted = pass.run(adapted);
    }
    return adapted;
  }

  /** Returns the functions and classes that the code calls. */
  Dialect dialect(Types types);

  /** Returns the passes that rewrite loop programs before they are printed, in order. */
  List<LoopPass> passes(Types types);

  /** Returns the passes for nests that are small enough for straight-line code. */
  default List<LoopPass> straightPasses() {
    return List.of();
  }

  /** Lowers a kernel of the adapted plan to loop programs that run in sequence. The scope has the part of its loops that the method runs. */
  Stream<ScheduledProgram> lower(Kernel kernel, MethodScope scope);

  /** Writes the body of the method that runs a kernel of the adapted plan. The scope has the method's parameters. */
  default CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    lower(kernel, scope).forEach(each -> code.add(LoopJava.write(each.run(), kernel.locals(), dialect(scope.types()), scope)));
    return code.build();
  }

  /** Whether one method for all these kernels is faster than one for each. */
  default boolean runsAtOnce(List<Kernel> kernels) {
    return false;
  }

  /** Whether loops for each single parameter are faster than one update method for all. */
  default boolean updatesOneByOne(List<Tensor> parameters) {
    return false;
  }

  /** Whether powers of constants with the step's number are kept between steps. */
  default boolean keepsPowers() {
    return false;
  }

  /** Returns the number that buffer sizes are a multiple of, in samples, so that loops may run beyond the last sample. */
  default int samplesTogether() {
    return 1;
  }

  /** Returns the updates that a training step makes while it computes gradients, by the kernel that they replace. */
  default Map<Kernel, FusedUpdates.Update> fusedUpdates(Plan plan) {
    return FusedUpdates.find(plan, FusedUpdates.OfEntries.class::isInstance);
  }

  /** Writes the body of the method that runs such an update instead of the kernel; by default, of selected entries. */
  default CodeBlock body(FusedUpdates.Update update, Kernel kernel, MethodScope scope) {
    FusedUpdates.OfEntries selected = (FusedUpdates.OfEntries) update;
    CodeBlock before = body(kernel.withSteps(selected.before()), scope);
    scope.atStep(selected.before().size());
    LoopProgram program = new StepLowering(kernel.locals(), scope).of(selected);
    return CodeBlock.builder().add(before).add(LoopJava.write(program.run(passes(scope.types())), kernel.locals(), dialect(scope.types()), scope)).build();
  }

  /**
   * Returns the partition of kernels among threads; by default there is none.
   *
   * @param fused the updates that replace kernels
   */
  default WorkPartitions divisions(Plan plan, Map<Kernel, FusedUpdates.Update> fused) {
    return WorkPartitions.none();
  }

  /** Whether the body computes the product by a call of the nested class {@code Products}. */
  default boolean isCalled(MatrixProduct product, Types types) {
    return false;
  }

  /** Whether the body uses the nested class {@code Products} for a part of the step. */
  default boolean multiplies(Step step, Types types) {
    return step instanceof MatrixProduct product && isCalled(product, types);
  }

  /** Adds the members that the bodies use, except the matrices of the plan. */
  default void addMembers(TypeSpec.Builder type, Plan plan, WorkPartitions divisions) {}
}
