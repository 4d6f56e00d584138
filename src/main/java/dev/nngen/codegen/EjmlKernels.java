package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Step;
import dev.nngen.schedule.IndexSharing;
import java.util.List;

/**
 * Products of matrices by EJML, everything else in loops over EJML's arrays. Only those of EJML's methods are called that
 * allocate nothing.
 */
public final class EjmlKernels implements KernelSet {

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    LoopCode loops = new LoopCode(List.of(new IndexSharing()), NumberFunctions.NONE, kernel.locals(), scope);
    for (Step step : kernel.steps()) {
      if (step instanceof MatrixProduct product) {
        code.add(product(product, CodeBlock.of("$T", scope.types().operations()), scope));
      } else if (step instanceof LoopNest nest) {
        code.add(loops.of(nest));
      }
    }
    return code.build();
  }

  /** The call of one of EJML's methods, or of a class that has methods of the same names. */
  static CodeBlock product(MatrixProduct product, CodeBlock target, MethodScope scope) {
    boolean scaled = !(product.scale() instanceof Scalar.Number number) || !number.value().equals(Rational.ONE);
    String scale = scaled ? LoopJava.expression(product.scale(), scope) + ", " : "";
    return CodeBlock.builder().addStatement("$L.$L($L$L, $L, $L)", target, method(product), scale,
        scope.name(product.left()), scope.name(product.right()), scope.name(product.to())).build();
  }

  /** The method for the product, by its name in EJML. */
  static String method(MatrixProduct product) {
    return product.leftTransposed() ? "multTransA" : product.rightTransposed() ? "multTransB" : "mult";
  }
}
