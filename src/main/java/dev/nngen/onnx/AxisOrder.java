package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Records the axis order of the tensors of an ONNX graph, and brings operands into the order of their users. Axes of samples come first, then the
 * others in their own order. The graph has no axes of length one. In ONNX, a value that runs only over the samples is a column, batch x 1, like
 * inputs and the output.
 */
final class AxisOrder {

  /** Represents a side of length one in a list of axes. */
  static final int ONE = -1;

  private final Graph graph;
  private final OperatorGraph operators;
  private final Map<Integer, String> values = new HashMap<>();
  private final Map<Integer, Whole> wholes = new HashMap<>();
  private final Set<Integer> rows = new HashSet<>();

  private record Whole(String value, int count) {}

  /**
   * A value of the ONNX graph as an operand.
   *
   * @param axes the loop axis of each side; {@link #ONE} for a side of length one
   */
  record Tensor(String value, List<Integer> axes) {
    Tensor {
      axes = List.copyOf(axes);
    }
  }

  AxisOrder(Graph graph, OperatorGraph operators) {
    this.graph = graph;
    this.operators = operators;
  }

  boolean isKnown(int node) {
    return values.containsKey(node);
  }

  String value(int node) {
    return values.get(node);
  }

  void put(int node, String value) {
    values.put(node, value);
  }

  /** Records an input of integers from 0 to {@code count - 1}. It is converted to real numbers at its uses. */
  void putIntegers(int node, String value, int count) {
    wholes.put(node, new Whole(value, count));
  }

  /** Returns the number of values of an integer input; 0 for other values. */
  int count(int node) {
    return wholes.containsKey(node) ? wholes.get(node).count() : 0;
  }

  /** Returns an integer input without conversion. */
  Tensor integers(View view) {
    return new Tensor(wholes.get(view.node()).value(), axes(view));
  }

  /** Stores a vector as a matrix of one row. */
  void asRow(int node) {
    rows.add(node);
  }

  /** Returns the axes of a node's tensor in ONNX. */
  List<Integer> order(int node) {
    return rows.contains(node) ? List.of(ONE, 0) : order(graph.node(node).shape());
  }

  /** Returns the order of a value's axes. */
  static List<Integer> order(List<Extent> shape) {
    return shape.equals(List.of(Extent.BATCH)) ? List.of(0, ONE) : loops(shape, shape.size());
  }

  /** Returns the order of loop axes: those from {@code rank} on are last. */
  static List<Integer> loops(List<Extent> loops, int rank) {
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, rank).filter(axis -> loops.get(axis).equals(Extent.BATCH)).forEach(order::add);
    IntStream.range(0, rank).filter(axis -> !loops.get(axis).equals(Extent.BATCH)).forEach(order::add);
    IntStream.range(rank, loops.size()).forEach(order::add);
    return order;
  }

  /** Returns the axes of an operand's tensor as loop axes of the node that reads it. */
  List<Integer> axes(View view) {
    return order(view.node()).stream().map(axis -> axis == ONE ? ONE : view.axes().get(axis)).toList();
  }

  Tensor tensor(View view) {
    return new Tensor(values.get(view.node()), axes(view));
  }

  /** Returns the operand with its axes in the order of some loop axes, so that it broadcasts over all of them. */
  String place(View view, List<Integer> to) {
    return place(tensor(view), to);
  }

  String place(Tensor tensor, List<Integer> to) {
    List<Integer> wanted = to.stream().filter(axis -> axis != ONE && tensor.axes().contains(axis)).toList();
    return arrange(tensor, wanted.isEmpty() ? List.of()
        : to.subList(to.indexOf(wanted.get(0)), to.size()).stream().map(axis -> wanted.contains(axis) ? axis : ONE).toList());
  }

  /** Returns the tensor with exactly these sides. */
  String arrange(Tensor tensor, List<Integer> sides) {
    String value = tensor.value();
    List<Integer> have = tensor.axes();
    List<Integer> present = have.stream().filter(axis -> axis != ONE).toList();
    List<Integer> wanted = sides.stream().filter(axis -> axis != ONE).toList();
    if (present.size() > wanted.size()) {
      value = operators.apply("Einsum", List.of(value), new Attribute("equation", letters(have) + "->" + letters(wanted)));
      have = wanted;
    } else if (!present.equals(wanted)) {
      value = operators.apply("Transpose", List.of(withoutOnes(value, have)),
          new Attribute("perm", wanted.stream().map(axis -> (long) present.indexOf(axis)).toList()));
      have = wanted;
    }
    if (have.equals(sides)) {
      return value;
    }
    long[] ones = IntStream.range(0, sides.size()).filter(k -> sides.get(k) == ONE).asLongStream().toArray();
    String bare = withoutOnes(value, have);
    return ones.length == 0 ? bare : operators.unsqueeze(bare, ones);
  }

  private String withoutOnes(String value, List<Integer> axes) {
    long[] ones = IntStream.range(0, axes.size()).filter(k -> axes.get(k) == ONE).asLongStream().toArray();
    return ones.length == 0 ? value : operators.squeeze(value, ones);
  }

  /** Returns loop axes as subscripts of {@code Einsum}; a side of length one is summed over. */
  static String letters(List<Integer> axes) {
    return axes.stream().map(axis -> axis == ONE ? "z" : String.valueOf((char) (axis < 25 ? 'a' + axis : 'A' + axis - 25))).collect(Collectors.joining());
  }
}
