package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.schedule.IndexSharing;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.Pass;
import java.util.List;
import java.util.Optional;

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
  public Dialect dialect(Types types) {
    return new Dialect(NumberFunctions.NONE, Optional.of(types.operations()));
  }

  @Override
  public List<Pass> passes(Types types) {
    return List.of(new IndexSharing());
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    return CodeBlock.join(lower(kernel, scope).stream().map(program -> print(program, kernel, scope)).toList(), "");
  }

  @Override
  public List<LoopProgram> lower(Kernel kernel, MethodScope scope) {
    return kernel.steps().stream().map(step -> {
      StepLowering lowering = new StepLowering(kernel.locals(), scope);
      return step instanceof MatrixProduct product ? lowering.of(product) : lowering.of((LoopNest) step);
    }).toList();
  }
}
