package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
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
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (int s = 0; s < kernel.steps().size(); s++) {
      Step step = kernel.steps().get(s);
      scope.atStep(s);
      if (step instanceof MatrixProduct product && ProductCost.isWorthACall(product)) {
        code.add(EjmlKernels.product(product, CodeBlock.of("$L", scope.products()), scope));
      } else {
        code.add(LoopWriter.write(ProductCost.loops(step), kernel.locals(), NumberFunctions.NONE, scope));
      }
    }
    return code.build();
  }

  @Override
  public Divisions divisions(Plan plan) {
    return new Divisions(plan, ProductCost::isWorthACall, Map.of());
  }

  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return ProductCost.isWorthACall(product);
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, Divisions divisions) {
    if (ProductCost.hasCalls(plan, ProductCost::isWorthACall)) {
      ProductMethods.addInstance(type, new PlainProducts(Types.of(plan.model().singlePrecision()), divisions.gain()).type(), divisions.gain());
    }
  }
}
