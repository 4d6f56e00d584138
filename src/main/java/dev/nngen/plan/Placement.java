package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.List;

/**
 * Where a node's value lies.
 *
 * @param order the node's axis that runs along each dimension of the tensor
 */
record Placement(Tensor tensor, List<Integer> order) {

  /** The loop axis that addresses each dimension of the tensor where the node is seen through the view. */
  List<Integer> at(View view) {
    return order.stream().map(view.axes()::get).toList();
  }

  /** The node as it is shown as a matrix; of more than two axes the last two are shown. */
  Kernel.Value value(int node) {
    int rank = order.size();
    int column = rank == 0 || rank == 1 && !tensor.isRow() ? Graph.Value.NONE : order.get(rank - 1);
    int row = rank == 0 || rank == 1 && tensor.isRow() ? Graph.Value.NONE : order.get(Math.max(0, rank - 2));
    return new Kernel.Value(tensor, new Graph.Value(node, row, column));
  }
}
