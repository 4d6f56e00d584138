package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import java.util.Optional;

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
    for (int s = 0; s < kernel.steps().size(); s++) {
      int at = s;
      Optional<CodeBlock> fused = fused(kernel, s, scope);
      code.add(fused.orElseGet(() -> step(kernel, at, scope)));
      s += fused.isPresent() ? 1 : 0;
    }
    return code.build();
  }

  private static CodeBlock step(Kernel kernel, int s, MethodScope scope) {
    Step step = kernel.steps().get(s);
    return step instanceof MatrixProduct product && ProductCost.isWorthACall(product)
        ? EjmlKernels.product(product, CodeBlock.of("products"), scope)
        : LoopWriter.writeVectors(ProductCost.loops(step), kernel.locals(), scope);
  }

  /** A product together with the nest that follows it, where the one can run on the blocks of the other. */
  private static Optional<CodeBlock> fused(Kernel kernel, int s, MethodScope scope) {
    boolean pair = s + 1 < kernel.steps().size() && kernel.steps().get(s) instanceof MatrixProduct
        && kernel.steps().get(s + 1) instanceof LoopNest;
    if (!pair || !ProductCost.isWorthACall((MatrixProduct) kernel.steps().get(s))) {
      return Optional.empty();
    }
    return scope.epilogues().find((MatrixProduct) kernel.steps().get(s), (LoopNest) kernel.steps().get(s + 1))
        .flatMap(epilogue -> LoopWriter.writeBlocks(epilogue, kernel.locals(), scope));
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    VectorTypes.of(types).addConstants(type);
    if (ProductCost.hasCalls(plan)) {
      ProductMethods.addInstance(type, new VectorProducts(types, plan).type());
    }
  }
}
