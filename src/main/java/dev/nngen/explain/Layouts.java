package dev.nngen.explain;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How values without a name lie as matrices. */
final class Layouts {

  private Layouts() {}

  /** The first axis along the rows, the second along the columns, but samples as the model has them. */
  static Graph.Value natural(Graph graph, int node, boolean samplesInRows) {
    List<Extent> shape = graph.node(node).shape();
    if (shape.size() > 2) {
      List<Integer> axes = IntStream.range(0, shape.size()).boxed().sorted(Comparator.comparing(axis -> shape.get(axis).equals(Extent.BATCH) != samplesInRows)).toList();
      return samplesInRows ? new Graph.Value(node, axes.subList(0, axes.size() - 1), axes.subList(axes.size() - 1, axes.size()))
          : new Graph.Value(node, axes.subList(0, 1), axes.subList(1, axes.size()));
    }
    Graph.Value value = new Graph.Value(node, shape.isEmpty() ? Graph.Value.NONE : 0, shape.size() < 2 ? Graph.Value.NONE : 1);
    int batch = shape.indexOf(Extent.BATCH);
    boolean alongRows = batch >= 0 && batch == value.row();
    return batch >= 0 && alongRows != samplesInRows || batch < 0 && shape.size() == 1 && samplesInRows ? value.transposed() : value;
  }
}
