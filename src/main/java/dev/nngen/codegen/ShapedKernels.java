package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What sets share whose code is shaped for exactly the sizes of a network, as {@link KernelCost} says. */
abstract class ShapedKernels implements KernelSet {

  /** What choices by shape are made by. */
  final KernelCost cost;

  ShapedKernels(KernelCost cost) {
    this.cost = cost;
  }

  /** Functions of one number that the set computes in a way of its own. */
  abstract NumberFunctions functions(Types types);

  /** The nested class {@code Products}. */
  abstract TypeSpec products(Plan plan, Types types, boolean divided);

  /** Code for steps that are not straight, which follow each other in the kernel. */
  abstract CodeBlock steps(List<Step> steps, Kernel kernel, MethodScope scope);

  @Override
  public final CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (StraightRuns.Run run : StraightRuns.of(kernel.steps(), straight(kernel, scope), scope)) {
      code.add(run.straight() ? StraightCode.write(run.nests(), kernel.locals(), functions(scope.types()), scope)
          : steps(run.steps(), kernel, scope));
    }
    return code.build();
  }

  /** Small nests that fill no vectors. */
  Predicate<LoopNest> straight(Kernel kernel, MethodScope scope) {
    int lanes = VectorTypes.mostLanes(scope.types());
    return nest -> scope.allowsStraightCode() && StraightCode.isPossible(nest) && cost.isStraight(nest, lanes);
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
  public void addMembers(TypeSpec.Builder type, Plan plan, Divisions divisions) {
    Types types = Types.of(plan.model().singlePrecision());
    functions(types).addTo(type, plan);
    if (KernelCost.hasCalls(plan, isCalled(plan))) {
      ProductMethods.addInstance(type, products(plan, types, divisions.gain()), divisions.gain());
    }
  }
}
