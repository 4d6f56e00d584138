package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Memory order of values. Values that callers see keep the caller's order. All others have their samples in columns or in rows as the model has, so
 * that products of matrices need no copy. If samples are columns, {@link InnerAxes} follow them. {@link StepAxes} may precede all others.
 */
final class Layout {

  /** Place of an axis in memory: before all others, as the shape has it, or after the samples. */
  enum Place { FIRST, USUAL, INNER }

  private final boolean samplesInRows;
  private final boolean stepsFirst;
  private int count;
  private final Map<String, Placement> leaves = new HashMap<>();

  /** @param stepsFirst whether the axes along which recurrences run precede all others */
  Layout(boolean samplesInRows, boolean stepsFirst) {
    this.samplesInRows = samplesInRows;
    this.stepsFirst = stepsFirst;
  }

  /** Returns the place of each loop of each node of a graph. */
  IntFunction<IntFunction<Place>> places(Graph graph) {
    AxisClasses classes = AxisClasses.of(graph);
    InnerAxes inner = InnerAxes.of(graph, classes);
    StepAxes steps = new StepAxes(graph, classes);
    return node -> axis -> stepsFirst && steps.contains(node, axis) ? Place.FIRST : inner.contains(node, axis) ? Place.INNER : Place.USUAL;
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
   * @param places the place of each axis
   */
  Placement internal(List<Extent> shape, IntFunction<Place> places, String name) {
    return internal(shape, order(shape, places), name);
  }

  Placement internal(List<Extent> shape, List<Integer> order, String name) {
    boolean batch = shape.equals(List.of(Extent.BATCH));
    int split = shape.size() < 2 ? batch != samplesInRows ? 0 : shape.size() : samplesInRows ? shape.size() - 1 : 1;
    return place(shape, order, split, Tensor.Kind.TEMPORARY, name);
  }

  /** Returns the axes in memory order. Samples follow all but the inner axes if they are columns; if they are rows, only the first axes precede them. */
  List<Integer> order(List<Extent> shape, IntFunction<Place> places) {
    return IntStream.range(0, shape.size()).boxed().sorted(Comparator.comparing(axis -> rank(shape.get(axis), places.apply(axis)))).toList();
  }

  private int rank(Extent extent, Place place) {
    if (extent.equals(Extent.BATCH)) {
      return samplesInRows ? -1 : 1;
    }
    return switch (place) {
      case FIRST -> -2;
      case USUAL -> 0;
      case INNER -> samplesInRows ? 0 : 2;
    };
  }

  private Placement place(List<Extent> shape, List<Integer> order, int split, Tensor.Kind kind, String name) {
    Tensor tensor = new Tensor(count++, name, kind, order.stream().map(shape::get).toList(), split);
    return new Placement(tensor, order);
  }
}
