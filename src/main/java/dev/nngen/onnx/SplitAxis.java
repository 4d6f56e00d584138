package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Resolution;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An axis of a product that is the row-major combination of other axes, such as the features of all heads of attention. The product is computed along
 * those axes, and its result is reshaped: {@code sum[k, i] P[k, i] (j == n k + i)} needs no reads, and values that depend only on {@code k} are not
 * repeated.
 *
 * @param product the same product with the other axes, which are summed over, instead of the axis
 * @param axis the first of them
 * @param count number of them
 */
record SplitAxis(Node.Product product, int axis, int count) {

  static Optional<SplitAxis> of(Node.Product product, Graph graph) {
    if (!Resolution.isNeeded(product, graph::node)) {
      return Optional.empty();
    }
    Resolution resolution = Resolution.of(product, graph::node);
    return IntStream.range(0, product.rank()).boxed().flatMap(axis -> of(product, axis, resolution).stream()).findFirst();
  }

  private static Optional<SplitAxis> of(Node.Product product, int axis, Resolution resolution) {
    List<Integer> digits = resolution.solved().keySet().stream().filter(solved -> resolution.solved().get(solved).value().equals(Affine.axis(axis)))
        .sorted(Comparator.comparing(solved -> -resolution.solved().get(solved).divisor())).toList();
    boolean isWhole = digits.size() > 1 && product.loops().get(axis) instanceof Extent.Fixed fixed && resolution.solved().get(digits.get(0)).isInside()
        && digits.stream().mapToInt(digit -> size(product, digit)).reduce(1, Math::multiplyExact) == fixed.size();
    return isWhole ? Optional.of(turned(product, axis, digits)) : Optional.empty();
  }

  private static SplitAxis turned(Node.Product product, int axis, List<Integer> digits) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, product.rank()).boxed().toList());
    order.remove(axis);
    order.addAll(axis, digits);
    int rank = order.size();
    IntStream.range(0, product.loops().size()).filter(loop -> !order.contains(loop)).forEach(order::add);
    List<Integer> wiring = IntStream.range(0, order.size()).mapToObj(order::indexOf).toList();
    return new SplitAxis(new Node.Product(order.stream().map(product.loops()::get).toList(), rank, product.factors().stream().map(view -> view.rewire(wiring)).toList()),
        axis, digits.size());
  }

  private static int size(Node.Product product, int axis) {
    return ((Extent.Fixed) product.loops().get(axis)).size();
  }

  /** Maps the value of the split product back to that of the original one, whose other axes are consecutive. */
  String joined(String value, OperatorGraph operators, Extents extents) {
    List<Integer> order = AxisOrder.order(product.shape());
    int first = order.indexOf(axis);
    List<Integer> after = order.subList(first + count, order.size());
    LongStream sides = LongStream.concat(LongStream.generate(() -> 0).limit(first), LongStream.of(IntStream.range(axis, axis + count).mapToLong(digit -> size(product, digit)).reduce(1, Math::multiplyExact)));
    if (after.stream().filter(other -> product.loops().get(other) instanceof Extent.Symbol).count() <= 1) {
      LongStream rest = after.stream().mapToLong(other -> product.loops().get(other) instanceof Extent.Fixed fixed ? fixed.size() : -1);
      return operators.apply("Reshape", value, operators.integers(LongStream.concat(sides, rest).toArray()));
    }
    return operators.apply("Reshape", value, operators.apply("Concat", List.of(operators.integers(sides.toArray()), extents.shape(after, product.loops())), new Attribute("axis", 0L)));
  }
}
