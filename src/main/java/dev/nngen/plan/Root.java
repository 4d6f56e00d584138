package dev.nngen.plan;

import dev.nngen.ir.Graph;
import java.util.Set;

/**
 * A value that somebody outside wants.
 *
 * @param value the node, and how it lies as a matrix
 * @param kind who owns it; TEMPORARY for the loss, which is a plain number
 * @param name what the tensor is called
 * @param programs which entry points want it
 */
record Root(Graph.Value value, Tensor.Kind kind, String name, Set<Program> programs) {

  Root at(int node) {
    return new Root(value.at(node), kind, name, programs);
  }
}
