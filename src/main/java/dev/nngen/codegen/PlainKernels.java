package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;

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
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (Step step : kernel.steps()) {
      if (step instanceof MatrixProduct product && ProductCost.isWorthACall(product)) {
        code.add(EjmlKernels.product(product, CodeBlock.of("products"), scope));
      } else {
        code.add(LoopWriter.write(ProductCost.loops(step), kernel.locals(), NumberFunctions.NONE, scope));
      }
    }
    return code.build();
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan) {
    if (ProductCost.hasCalls(plan, ProductCost::isWorthACall)) {
      ProductMethods.addInstance(type, new PlainProducts(Types.of(plan.model().singlePrecision())).type());
    }
  }
}
