package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import javax.lang.model.element.Modifier;

/**
 * Everything in Java loops that HotSpot turns into vector instructions without any flag. Small products are loops on the
 * spot, others call the nested class {@code Products}.
 */
public final class PlainKernels implements KernelSet {

  /** What a multiplication and addition in the loops on the spot costs where one in {@code Products} costs 1. */
  private static final int LOOP_COST = 8;

  /** What a call of {@code Products} costs in the same unit, and the batch that is supposed. */
  private static final int CALL_COST = 4000;
  private static final int SUPPOSED_BATCH = 16;

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (Step step : kernel.steps()) {
      if (step instanceof MatrixProduct product && !isSmall(product)) {
        code.add(EjmlKernels.product(product, CodeBlock.of("products"), scope));
      } else {
        LoopNest nest = step instanceof MatrixProduct product ? ProductLoops.of(product) : (LoopNest) step;
        code.add(LoopWriter.write(nest, kernel.locals(), scope));
      }
    }
    return code.build();
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan) {
    boolean needed = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .anyMatch(step -> step instanceof MatrixProduct product && !isSmall(product));
    if (needed) {
      TypeSpec products = new PlainProducts(Types.of(plan.model().singlePrecision())).type();
      type.addType(products);
      type.addField(FieldSpec.builder(ClassName.get("", "Products"), "products",
          Modifier.PRIVATE, Modifier.FINAL).initializer("new Products()").build());
    }
  }

  private static boolean isSmall(MatrixProduct product) {
    return ProductLoops.operations(product, SUPPOSED_BATCH) * (LOOP_COST - 1) <= CALL_COST;
  }
}
