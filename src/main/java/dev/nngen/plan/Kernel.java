package dev.nngen.plan;

import dev.nngen.ir.Graph;
import java.util.List;
import java.util.Set;

/**
 * Steps that make one method.
 *
 * @param name of the method; unique in the plan
 * @param programs the entry points that run it
 * @param steps run in order
 * @param values what the steps leave in memory, for documentation
 * @param locals scalars that no other kernel reads
 */
public record Kernel(String name, Set<Program> programs, List<Step> steps, List<Value> values, Set<Tensor> locals) {

  public Kernel {
    steps = List.copyOf(steps);
    values = List.copyOf(values);
  }

  /**
   * A value that a kernel computes.
   *
   * @param value the node of the plan's graph, and how it lies in the tensor as a matrix
   */
  public record Value(Tensor tensor, Graph.Value value) {}
}
