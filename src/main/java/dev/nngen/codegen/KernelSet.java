package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;

/** A way to compute kernels: with a library, with plain loops, with vectors. */
public interface KernelSet {

  /** The name of the set on the command line. */
  String name();

  /** The body of the method that runs the kernel. The scope has the method's parameters. */
  CodeBlock body(Kernel kernel, MethodScope scope);

  /** Buffers have room for a multiple of so many samples, so that loops over what lies in them may run beyond the last one. */
  default int samplesTogether() {
    return 1;
  }

  /** Adds what the bodies use beyond the matrices of the plan. */
  default void addMembers(TypeSpec.Builder type, Plan plan) {}
}
