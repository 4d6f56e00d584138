package dev.nngen.codegen;

import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartitions;
import dev.nngen.schedule.AccumulatorFolding;
import dev.nngen.schedule.AccumulatorPromotion;
import dev.nngen.schedule.EntryPromotion;
import dev.nngen.schedule.LoopFusion;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.ScheduledProgram;
import dev.nngen.schedule.StridedProducts;
import dev.nngen.schedule.Unroller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Base class of kernel sets whose code is specialized for the sizes of a network, as {@link KernelCost} says. */
abstract class ShapedKernels implements KernelSet {

  /** The cost model for choices by shape. */
  final KernelCost cost;

  ShapedKernels(KernelCost cost) {
    this.cost = cost;
  }

  /** Returns the functions of one number that the set computes itself. */
  abstract NumberFunctions functions(Types types);

  /** Returns the pass that finds products in loops. */
  abstract StridedProducts strided();

  /** Returns the nested class {@code Products}. */
  abstract TypeSpec products(Plan plan, Types types, boolean divided);

  /** Returns programs for consecutive steps of the kernel that are not straight-line code. */
  abstract List<LoopProgram> lower(List<Step> steps, Kernel kernel, MethodScope scope);

  @Override
  public final boolean stepsFirst() {
    return true;
  }

  @Override
  public final Dialect dialect(Types types) {
    return new Dialect(functions(types), Optional.empty());
  }

  @Override
  public final List<LoopPass> straightPasses() {
    return List.of(new Unroller(), new LoopFusion(), new AccumulatorPromotion(), new EntryPromotion(), new AccumulatorFolding());
  }

  @Override
  public final Stream<ScheduledProgram> lower(Kernel kernel, MethodScope scope) {
    return StraightLineGroups.of(kernel.steps(), straight(kernel, scope), scope).stream().flatMap(run -> run.straight()
        ? Stream.of(new ScheduledProgram(new StepLowering(kernel.locals(), scope).straight(run.nests()), straightPasses()))
        : lower(run.steps(), kernel, scope).stream().map(program -> new ScheduledProgram(program, passes(scope.types()))));
  }

  /** Returns a predicate for small nests that fill no vectors. */
  Predicate<LoopNest> straight(Kernel kernel, MethodScope scope) {
    int lanes = VectorTypes.mostLanes(scope.types());
    return nest -> scope.allowsStraightCode() && StraightLineGroups.isPossible(nest) && cost.isStraight(nest, lanes);
  }

  @Override
  public final boolean keepsPowers() {
    return true;
  }

  @Override
  public final boolean runsAtOnce(List<Kernel> kernels) {
    return cost.runsAtOnce(kernels);
  }

  @Override
  public final boolean updatesOneByOne(List<Tensor> parameters) {
    return cost.areFew(parameters);
  }

  @Override
  public final WorkPartitions divisions(Plan plan, Map<Kernel, FusedUpdates.Update> fused) {
    return new WorkPartitions(plan, isCalled(plan), fused);
  }

  final Predicate<MatrixProduct> isCalled(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    return product -> isCalled(product, types);
  }

  @Override
  public final boolean multiplies(Step step, Types types) {
    return KernelSet.super.multiplies(step, types) || strided().isIn(step);
  }

  final boolean hasStrides(Plan plan) {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).anyMatch(strided()::isIn);
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, WorkPartitions divisions) {
    Types types = Types.of(plan.model().singlePrecision());
    functions(types).addTo(type, plan);
    if (KernelCost.hasCalls(plan, step -> multiplies(step, types))) {
      ProductMethods.addInstance(type, products(plan, types, divisions.areUsed()), divisions.areUsed());
    }
  }
}
