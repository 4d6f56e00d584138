package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Memory order of values. Values that callers see keep the caller's order. All others have their samples in columns or in rows as the model has, so
 * that products of matrices need no copy. If samples are columns, {@link InnerAxes} follow them.
 */
final class Layout {

  private final boolean samplesInRows;
  private int count;
  private final Map<String, Placement> leaves = new HashMap<>();

  Layout(boolean samplesInRows) {
    this.samplesInRows = samplesInRows;
  }

  /** Returns the placement of an external value, by its leaf's name. */
  Placement leaf(String name) {
    Placement placement = leaves.get(name);
    if (placement == null) {
      throw new IllegalStateException("no memory is known for the leaf " + name);
    }
    return placement;
  }

  /** Creates a tensor for an external value; its leaf is {@code leaf}. */
  Tensor addLeaf(String leaf, Graph graph, Graph.Value value, Tensor.Kind kind, String name) {
    Placement placement = visible(graph.node(value.node()).shape(), value, kind, name);
    leaves.put(leaf, placement);
    return placement.tensor();
  }

  /** Creates a tensor for numbers written in the model's text; its name is their text. */
  void addConstant(Node.Leaf leaf) {
    List<Integer> axes = IntStream.range(0, leaf.rank()).boxed().toList();
    leaves.put(leaf.name(), place(leaf.shape(), axes, 1, Tensor.Kind.CONSTANT, leaf.name()));
  }

  /** Maps a leaf to an existing tensor, such as a gradient in the optimizer's graph. */
  void aliasLeaf(String leaf, Placement placement) {
    leaves.put(leaf, placement);
  }

  /** Creates a tensor with the layout of the value. */
  Placement visible(List<Extent> shape, Graph.Value value, Tensor.Kind kind, String name) {
    List<Integer> order = value.axes();
    if (order.size() != shape.size()) {
      throw new IllegalStateException(name + " has " + shape.size() + " axes, and is shown with " + order.size());
    }
    return place(shape, order, value.split(shape), kind, name);
  }

  /**
   * Creates a tensor that callers do not see.
   *
   * @param inner true for axes that follow the samples
   */
  Placement internal(List<Extent> shape, IntPredicate inner, String name) {
    return internal(shape, order(shape, inner), name);
  }

  Placement internal(List<Extent> shape, List<Integer> order, String name) {
    boolean batch = shape.equals(List.of(Extent.BATCH));
    int split = shape.size() < 2 ? batch != samplesInRows ? 0 : shape.size() : samplesInRows ? shape.size() - 1 : 1;
    return place(shape, order, split, Tensor.Kind.TEMPORARY, name);
  }

  /** Returns the axes in memory order. Samples are outermost if they are rows; if they are columns, they follow all but the inner axes. */
  List<Integer> order(List<Extent> shape, IntPredicate inner) {
    Comparator<Integer> place = Comparator.comparing(axis -> shape.get(axis).equals(Extent.BATCH) ? samplesInRows ? -1 : 1 : inner.test(axis) && !samplesInRows ? 2 : 0);
    return IntStream.range(0, shape.size()).boxed().sorted(place).toList();
  }

  private Placement place(List<Extent> shape, List<Integer> order, int split, Tensor.Kind kind, String name) {
    Tensor tensor = new Tensor(count++, name, kind, order.stream().map(shape::get).toList(), split);
    return new Placement(tensor, order);
  }
}
