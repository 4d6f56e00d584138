package dev.nngen.explain;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Layouts of unnamed values as matrices. */
final class MatrixLayouts {

  private MatrixLayouts() {}

  /**
   * Returns the natural layout: the first axis along the rows, the others along the columns. For models with samples in rows, samples come first and
   * the first axis last.
   */
  static Graph.Value natural(Graph graph, int node, boolean samplesInRows) {
    List<Extent> shape = graph.node(node).shape();
    if (shape.size() > 2) {
      int batch = shape.indexOf(Extent.BATCH);
      int features = batch == 0 ? 1 : 0;
      List<Integer> axes = IntStream.range(0, shape.size()).boxed().sorted(Comparator.comparing(axis -> axis == (samplesInRows ? features : batch) ? 1
          : axis == batch ? -1 : 0)).toList();
      return samplesInRows ? new Graph.Value(node, axes.subList(0, axes.size() - 1), axes.subList(axes.size() - 1, axes.size()))
          : new Graph.Value(node, axes.subList(0, 1), axes.subList(1, axes.size()));
    }
    Graph.Value value = new Graph.Value(node, shape.isEmpty() ? Graph.Value.NONE : 0, shape.size() < 2 ? Graph.Value.NONE : 1);
    int batch = shape.indexOf(Extent.BATCH);
    boolean alongRows = batch >= 0 && batch == value.row();
    return batch >= 0 && alongRows != samplesInRows || batch < 0 && shape.size() == 1 && samplesInRows ? value.transposed() : value;
  }
}
