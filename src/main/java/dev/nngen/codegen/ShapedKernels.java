package dev.nngen.codegen;

import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.AccumulatorFolding;
import dev.nngen.schedule.AccumulatorPromotion;
import dev.nngen.schedule.Domain;
import dev.nngen.schedule.EntryPromotion;
import dev.nngen.schedule.LoopFusion;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.NestLowering;
import dev.nngen.schedule.Pass;
import dev.nngen.schedule.Scheduled;
import dev.nngen.schedule.StridedProducts;
import dev.nngen.schedule.Unroller;
import dev.nngen.schedule.Variable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What sets share whose code is shaped for exactly the sizes of a network, as {@link KernelCost} says. */
abstract class ShapedKernels implements KernelSet {

  /** What choices by shape are made by. */
  final KernelCost cost;

  ShapedKernels(KernelCost cost) {
    this.cost = cost;
  }

  /** Functions of one number that the set computes in a way of its own. */
  abstract NumberFunctions functions(Types types);

  /** The pass that finds products in loops. */
  abstract StridedProducts strided();

  /** The nested class {@code Products}. */
  abstract TypeSpec products(Plan plan, Types types, boolean divided);

  /** Programs for steps that are not straight, which follow each other in the kernel. */
  abstract List<LoopProgram> lower(List<Step> steps, Kernel kernel, MethodScope scope);

  @Override
  public final Dialect dialect(Types types) {
    return new Dialect(functions(types), Optional.empty());
  }

  @Override
  public final List<Pass> straightPasses() {
    return List.of(new Unroller(), new LoopFusion(), new AccumulatorPromotion(), new EntryPromotion(), new AccumulatorFolding());
  }

  @Override
  public final Stream<Scheduled> lower(Kernel kernel, MethodScope scope) {
    return StraightRuns.of(kernel.steps(), straight(kernel, scope), scope).stream().flatMap(run -> run.straight()
        ? Stream.of(new Scheduled(new StepLowering(kernel.locals(), scope).straight(run.nests()), straightPasses()))
        : lower(run.steps(), kernel, scope).stream().map(program -> new Scheduled(program, passes(scope.types()))));
  }

  /** Small nests that fill no vectors. */
  Predicate<LoopNest> straight(Kernel kernel, MethodScope scope) {
    int lanes = VectorTypes.mostLanes(scope.types());
    return nest -> scope.allowsStraightCode() && StraightRuns.isPossible(nest) && cost.isStraight(nest, lanes);
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
  public final Divisions divisions(Plan plan, Map<Kernel, FusedUpdates.Update> fused) {
    return new Divisions(plan, isCalled(plan), fused);
  }

  final Predicate<MatrixProduct> isCalled(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    return product -> isCalled(product, types);
  }

  @Override
  public final boolean multiplies(Step step, Types types) {
    return KernelSet.super.multiplies(step, types) || hasStrides(step);
  }

  /** Whether loops of the step are products of matrices. */
  private boolean hasStrides(Step step) {
    return step instanceof LoopNest nest && sums(nest) && strided().isIn(NestLowering.lower(nest, Set.of(), Domain.WHOLE, new Variable.Source()))
        || step instanceof Sequence sequence && sequence.nests().stream().anyMatch(ShapedKernels::sums)
            && strided().isIn(NestLowering.lower(sequence, Set.of(), new Variable.Source()));
  }

  /** Whether rows, columns and terms can be found in a nest, which few are lowered for just to be asked. */
  private static boolean sums(LoopNest nest) {
    return nest.axes().size() >= 3 && nest.effects().size() == 1 && nest.effects().get(0) instanceof LoopNest.Reduce;
  }

  final boolean hasStrides(Plan plan) {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).anyMatch(this::hasStrides);
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, Divisions divisions) {
    Types types = Types.of(plan.model().singlePrecision());
    functions(types).addTo(type, plan);
    if (KernelCost.hasCalls(plan, step -> multiplies(step, types))) {
      ProductMethods.addInstance(type, products(plan, types, divisions.gain()), divisions.gain());
    }
  }
}
