package dev.nngen.plan;

import dev.nngen.ir.Graph;
import java.util.Set;

/**
 * A value that callers need.
 *
 * @param value the node, and its layout as a matrix
 * @param kind its owner; TEMPORARY for a loss, which is a plain number
 * @param name of its tensor
 * @param programs the entry points that need it
 */
record Root(Graph.Value value, Tensor.Kind kind, String name, Set<EntryPoint> programs) {

  Root at(int node) {
    return new Root(value.at(node), kind, name, programs);
  }
}
