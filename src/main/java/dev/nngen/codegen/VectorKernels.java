package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;

/**
 * Products and loops with {@code jdk.incubator.vector}, which javac and java need {@code --add-modules} for. What vectors
 * cannot do is done in plain loops. Unlike the other sets, the code allocates until HotSpot has compiled it.
 */
public final class VectorKernels implements KernelSet {

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (Step step : kernel.steps()) {
      if (step instanceof MatrixProduct product && ProductCost.isWorthACall(product)) {
        code.add(EjmlKernels.product(product, CodeBlock.of("products"), scope));
      } else {
        code.add(LoopWriter.writeVectors(ProductCost.loops(step), kernel.locals(), scope));
      }
    }
    return code.build();
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    VectorTypes.of(types).addConstants(type);
    if (ProductCost.hasCalls(plan)) {
      ProductMethods.addInstance(type, new VectorProducts(types).type());
    }
  }
}
