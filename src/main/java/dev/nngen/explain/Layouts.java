package dev.nngen.explain;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import java.util.List;

/** How values without a name lie as matrices. */
final class Layouts {

  private Layouts() {}

  /** The first axis along the rows, the second along the columns; a vector over samples is a row. */
  static Graph.Value natural(Graph graph, int node) {
    List<Extent> shape = graph.node(node).shape();
    if (shape.size() == 1 && shape.get(0) instanceof Extent.Symbol) {
      return new Graph.Value(node, Graph.Value.NONE, 0);
    }
    return new Graph.Value(node, shape.isEmpty() ? Graph.Value.NONE : 0, shape.size() < 2 ? Graph.Value.NONE : 1);
  }
}
