package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.List;

/**
 * The memory of a node's value.
 *
 * @param order the node's axis of each dimension of the tensor
 */
record Placement(Tensor tensor, List<Integer> order) {

  /** Returns the loop axis that addresses each dimension of the tensor if the node is seen through the view. */
  List<Integer> at(View view) {
    return order.stream().map(view.axes()::get).toList();
  }

  /** Returns the node shown as a matrix; of more than two axes the last two are shown. */
  Kernel.Value value(int node) {
    int rank = order.size();
    int column = rank == 0 || rank == 1 && !tensor.isRow() ? Graph.Value.NONE : order.get(rank - 1);
    int row = rank == 0 || rank == 1 && tensor.isRow() ? Graph.Value.NONE : order.get(Math.max(0, rank - 2));
    return new Kernel.Value(tensor, new Graph.Value(node, row, column));
  }
}
