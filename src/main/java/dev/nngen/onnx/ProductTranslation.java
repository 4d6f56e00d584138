package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes products: factors are read at the positions that relations give, multiplied, and summed by {@code MatMul}, {@code Einsum} or
 * {@code ReduceSum}.
 */
final class ProductTranslation {

  /** Maximum number of axes, which are letters in an equation of {@code Einsum}. */
  private static final int MOST_AXES = 50;

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final Extents extents;

  ProductTranslation(Graph graph, OperatorGraph operators, AxisOrder placement, Extents extents) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.extents = extents;
  }

  /** A factor of a product. A reciprocal divides by its base, because y / p may be finite if 1 / p is not. */
  private record Factor(View view, boolean divides) {}

  /** Whether the factors of the product are multiplied as they are. */
  boolean isPlain(Node.Product product) {
    Reads reads = Reads.of(graph, placement, product);
    return !reads.areResolved() && factors(reads).stream().noneMatch(Factor::divides);
  }

  /** Returns the operands of a product. */
  List<View> operands(Node.Product product) {
    Optional<SplitAxis> split = SplitAxis.of(product, graph);
    return split.isPresent() ? operands(split.get().product()) : factors(Reads.of(graph, placement, product)).stream().map(Factor::view).toList();
  }

  /**
   * Returns the factors of a product as they are computed. If 0 is read outside of a reciprocal, the reciprocal is a factor. In double precision a
   * sigmoid divides too: ONNX Runtime fuses {@code z * Sigmoid(z)} into an operator that it has only in single precision.
   */
  private List<Factor> factors(Reads reads) {
    return reads.factors().stream().map(view -> graph.node(view.node()) instanceof Node.Power power && reads.factors().size() > 1
        && power.exponent().equals(Rational.MINUS_ONE) && reads.isInside(view) && !(operators.real() == ElementType.FLOAT && OperatorFolding.isSigmoid(graph, power))
        ? new Factor(power.base().rewire(view.axes()), true) : new Factor(view, false)).toList();
  }

  String product(Node.Product product) {
    return SplitAxis.of(product, graph).map(split -> split.joined(product(split.product()), operators, extents)).orElseGet(() -> resolved(product));
  }

  private String resolved(Node.Product product) {
    Reads reads = Reads.of(graph, placement, product);
    ReadTranslation translation = new ReadTranslation(operators, placement, extents, reads);
    List<Tensor> multiplied = new ArrayList<>();
    List<Tensor> divided = new ArrayList<>();
    factors(reads).forEach(factor -> (factor.divides() ? divided : multiplied).add(translation.tensor(factor.view())));
    reads.conditions().forEach(condition -> multiplied.add(translation.mask(condition)));
    Set<Integer> named = Stream.of(multiplied, divided).flatMap(List::stream).flatMap(tensor -> tensor.axes().stream()).collect(Collectors.toSet());
    List<Integer> summed = reads.summed().stream().filter(named::contains).toList();
    String total = total(product.shape(), multiplied, divided, summed);
    for (int axis : reads.summed()) {
      total = named.contains(axis) ? total : operators.apply("Mul", total, extents.number(product.loops().get(axis)));
    }
    return extents.expanded(total, named, product.shape());
  }

  /** Sums products. A divisor that is equal for all terms divides the sum if that saves products. */
  private String total(List<Extent> shape, List<Tensor> multiplied, List<Tensor> divided, List<Integer> summed) {
    List<Integer> outer = AxisOrder.order(shape);
    boolean isSum = !summed.isEmpty();
    boolean isLast = divided.stream().flatMap(tensor -> tensor.axes().stream()).noneMatch(summed::contains);
    if (isSum && multiplied.size() > 1 && isLast && axes(multiplied).size() <= MOST_AXES) {
      return divided(contracted(shape, multiplied, summed), divided, outer);
    }
    List<Integer> order = isSum ? Stream.concat(AxisOrder.loops(shape, shape.size()).stream(), summed.stream()).toList() : outer;
    String terms = divided(multiplied(multiplied, order), divided, order);
    return isSum ? operators.reduced("ReduceSum", terms, shape, summed.size()) : terms;
  }

  private static Set<Integer> axes(List<Tensor> tensors) {
    return tensors.stream().flatMap(tensor -> tensor.axes().stream()).collect(Collectors.toSet());
  }

  private String multiplied(List<Tensor> tensors, List<Integer> order) {
    String total = null;
    for (Tensor tensor : tensors) {
      String value = placement.place(tensor, order);
      total = total == null ? value : operators.apply("Mul", total, value);
    }
    return total == null ? operators.number(1) : total;
  }

  private String divided(String value, List<Tensor> divisors, List<Integer> order) {
    String total = value;
    for (Tensor divisor : divisors) {
      total = operators.apply("Div", total, placement.place(divisor, order));
    }
    return total;
  }

  private String contracted(List<Extent> shape, List<Tensor> tensors, List<Integer> summed) {
    return Stream.of(0, 1).filter(k -> operators.real() == ElementType.FLOAT && tensors.size() == 2 && summed.size() == 1)
        .flatMap(k -> matrices(shape, tensors.get(k), tensors.get(1 - k), summed.get(0)).stream()).findFirst().orElseGet(() -> einsum(shape, tensors));
  }

  /**
   * Returns products of matrices along the last two axes of the result, one for each index of the axes before. ONNX Runtime fuses them with
   * transposes into an operator that it has only in single precision.
   */
  private Optional<String> matrices(List<Extent> shape, Tensor left, Tensor right, int summed) {
    List<Integer> order = AxisOrder.order(shape);
    Set<Integer> all = axes(List.of(left, right));
    int rank = order.size();
    if (rank < 2 || order.contains(AxisOrder.ONE) || !all.containsAll(order) || isRepeated(left) || isRepeated(right)
        || !left.axes().contains(summed) || !right.axes().contains(summed)
        || !isOnlyIn(left, right, order.get(rank - 2)) || !isOnlyIn(right, left, order.get(rank - 1))) {
      return Optional.empty();
    }
    List<Integer> rows = new ArrayList<>(order);
    rows.set(rank - 1, summed);
    List<Integer> columns = new ArrayList<>(order);
    columns.set(rank - 2, summed);
    return Optional.of(operators.apply("MatMul", placement.place(left, rows), placement.place(right, columns)));
  }

  private static boolean isOnlyIn(Tensor tensor, Tensor other, int axis) {
    return tensor.axes().contains(axis) && !other.axes().contains(axis);
  }

  private static boolean isRepeated(Tensor tensor) {
    List<Integer> axes = tensor.axes().stream().filter(axis -> axis != AxisOrder.ONE).toList();
    return new HashSet<>(axes).size() < axes.size();
  }

  private String einsum(List<Extent> shape, List<Tensor> tensors) {
    List<Integer> order = AxisOrder.loops(shape, shape.size()).stream().filter(axes(tensors)::contains).toList();
    String equation = tensors.stream().map(tensor -> AxisOrder.letters(tensor.axes())).collect(Collectors.joining(","));
    String total = operators.apply("Einsum", tensors.stream().map(Tensor::value).toList(), new Attribute("equation", equation + "->" + AxisOrder.letters(order)));
    return placement.place(new Tensor(total, order), AxisOrder.order(shape));
  }
}
