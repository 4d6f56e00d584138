package dev.nngen.plan;

import dev.nngen.ir.Graph;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Steps that become one method.
 *
 * @param name of the method; unique in the plan
 * @param programs the entry points that run it
 * @param steps in execution order
 * @param values the stored results, for documentation
 * @param locals scalars that no other kernel reads
 */
public record Kernel(String name, Set<EntryPoint> programs, List<Step> steps, List<Value> values, Set<Tensor> locals) {

  public Kernel {
    steps = List.copyOf(steps);
    values = List.copyOf(values);
  }

  /** Returns one kernel that runs several in sequence. */
  public static Kernel joined(String name, List<Kernel> kernels) {
    Set<Tensor> locals = new LinkedHashSet<>();
    kernels.forEach(kernel -> locals.addAll(kernel.locals()));
    Set<EntryPoint> programs = new LinkedHashSet<>(kernels.get(0).programs());
    kernels.forEach(kernel -> programs.retainAll(kernel.programs()));
    return new Kernel(name, programs, kernels.stream().flatMap(kernel -> kernel.steps().stream()).toList(),
        kernels.stream().flatMap(kernel -> kernel.values().stream()).toList(), locals);
  }

  /** Returns this kernel with equivalent other steps. */
  public Kernel withSteps(List<Step> other) {
    return new Kernel(name, programs, other, values, locals);
  }

  /**
   * A value that a kernel computes.
   *
   * @param value the node of the plan's graph, and its layout as a matrix in the tensor
   */
  public record Value(Tensor tensor, Graph.Value value) {}
}
