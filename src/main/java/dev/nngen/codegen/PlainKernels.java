package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Everything in Java loops that HotSpot turns into vector instructions without any flag. Small products are loops on the
 * spot, others call the nested class {@code Products}.
 */
public final class PlainKernels implements KernelSet {

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Plan adapt(Plan plan) {
    return ProductLoops.inPlaceOf(plan, product -> !KernelCost.isWorthACall(product));
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    int lanes = VectorTypes.mostLanes(scope.types());
    NumberFunctions functions = NumberFunctions.byRationals(scope.types());
    for (StraightRuns.Run run : StraightRuns.of(kernel.steps(), nest -> scope.allowsStraightCode() && KernelCost.isStraight(nest, lanes), scope)) {
      if (run.straight()) {
        code.add(StraightCode.write(run.nests(), kernel.locals(), functions, scope));
      } else {
        run.steps().forEach(step -> code.add(step(step, kernel, functions, scope)));
      }
    }
    return code.build();
  }

  private static CodeBlock step(Step step, Kernel kernel, NumberFunctions functions, MethodScope scope) {
    scope.atStep(kernel.steps().indexOf(step));
    return step instanceof MatrixProduct product ? EjmlKernels.product(product, CodeBlock.of("$L", scope.products()), scope)
        : LoopWriter.write((LoopNest) step, kernel.locals(), functions, scope);
  }

  @Override
  public Divisions divisions(Plan plan) {
    return new Divisions(plan, KernelCost::isWorthACall, Map.of());
  }

  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return KernelCost.isWorthACall(product);
  }

  @Override
  public boolean keepsPowers() {
    return true;
  }

  @Override
  public boolean runsAtOnce(List<Kernel> kernels) {
    return KernelCost.runsAtOnce(kernels);
  }

  @Override
  public boolean updatesOneByOne(List<Tensor> parameters) {
    return KernelCost.areFew(parameters);
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, Divisions divisions) {
    Types types = Types.of(plan.model().singlePrecision());
    NumberFunctions.byRationals(types).addTo(type, plan, "Functions of one number that HotSpot turns into vector instructions in loops.\n");
    if (KernelCost.hasCalls(plan, KernelCost::isWorthACall)) {
      ProductMethods.addInstance(type, new PlainProducts(types, divisions.gain()).type(), divisions.gain());
    }
  }
}
