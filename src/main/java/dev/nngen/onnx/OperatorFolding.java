package dev.nngen.onnx;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds values that one operator of ONNX computes: {@code Gemm}, {@code Sigmoid}, {@code Relu}, and those of {@link NormalizationFolding} and
 * {@link WindowFolding}. It matches the structure of the graph, not names or spellings of functions.
 */
final class OperatorFolding {

  /** The summed axis of a product, as an axis of the node that reads it. */
  static final int SUMMED = 1_000;

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final GraphTranslation translation;
  private final ProductTranslation products;
  private final NormalizationFolding normalizations;
  private final WindowFolding windows;

  OperatorFolding(Graph graph, OperatorGraph operators, AxisOrder placement, Extents extents) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.products = new ProductTranslation(graph, operators, placement, extents);
    this.translation = new GraphTranslation(graph, operators, placement, extents, products);
    this.normalizations = new NormalizationFolding(graph, operators, placement);
    this.windows = new WindowFolding(graph, operators, placement, translation);
  }

  /**
   * A method of computing a node.
   *
   * @param operands the values that must be computed before
   * @param write adds the operations, and returns the value's name
   */
  record Computed(List<View> operands, Supplier<String> write) {}

  /** Returns the method of computing the node, by one operator if there is one. */
  Computed of(int id) {
    Node node = graph.node(id);
    return Stream.<Supplier<Optional<Computed>>>of(() -> normalizations.of(node), () -> windows.of(id, node), () -> sigmoid(node), () -> rectifier(node), () -> gemm(id, node))
        .flatMap(fold -> fold.get().stream()).findFirst().orElseGet(() -> new Computed(translation.operands(node), () -> node.accept(translation)));
  }

  /** Matches {@code 1 / (1 + exp(-z))}. */
  static boolean isSigmoid(Graph graph, Node.Power power) {
    return power.exponent().equals(Rational.MINUS_ONE) && graph.node(power.base().node()) instanceof Node.Sum sum
        && sum.constant().isOne() && sum.terms().size() == 1 && sum.terms().get(0).coefficient().isOne()
        && graph.node(sum.terms().get(0).view().node()) instanceof Node.Apply apply && apply.fn() == Fn.EXP
        && graph.node(apply.arguments().get(0).node()) instanceof Node.Sum argument && argument.constant().isZero()
        && argument.terms().size() == 1 && argument.terms().get(0).coefficient().equals(Rational.MINUS_ONE);
  }

  private Optional<Computed> sigmoid(Node node) {
    if (!(node instanceof Node.Power power) || !isSigmoid(graph, power)) {
      return Optional.empty();
    }
    View z = logit(graph, power);
    return Optional.of(new Computed(List.of(z), () -> operators.apply("Sigmoid", placement.place(z, AxisOrder.order(node.shape())))));
  }

  /** Returns the argument of a sigmoid. */
  static View logit(Graph graph, Node.Power sigmoid) {
    View exponential = onlyTerm(graph, sigmoid.base());
    return onlyTerm(graph, ((Node.Apply) graph.node(exponential.node())).arguments().get(0).rewire(exponential.axes()));
  }

  private static View onlyTerm(Graph graph, View sum) {
    return ((Node.Sum) graph.node(sum.node())).terms().get(0).view().rewire(sum.axes());
  }

  private Optional<Computed> rectifier(Node node) {
    Optional<View> z = node instanceof Node.Apply apply ? rectified(graph, apply) : Optional.empty();
    return z.map(view -> new Computed(List.of(view), () -> operators.apply("Relu", placement.place(view, AxisOrder.order(node.shape())))));
  }

  /** Returns {@code z} of {@code max(z, 0)}, or of {@code where(z > 0, z, 0)}. */
  static Optional<View> rectified(Graph graph, Node.Apply apply) {
    List<View> arguments = apply.arguments();
    return apply.fn() == Fn.MAXIMUM && isZero(graph, arguments.get(1)) ? Optional.of(arguments.get(0))
        : apply.fn() == Fn.MAXIMUM && isZero(graph, arguments.get(0)) ? Optional.of(arguments.get(1))
        : apply.fn() == Fn.WHERE && isZero(graph, arguments.get(2)) && isPositive(graph, arguments.get(0), arguments.get(1)) ? Optional.of(arguments.get(1)) : Optional.empty();
  }

  private static boolean isPositive(Graph graph, View condition, View value) {
    return graph.node(condition.node()) instanceof Node.Apply comparison && (comparison.fn() == Fn.GREATER || comparison.fn() == Fn.AT_LEAST)
        && comparison.arguments().get(0).rewire(condition.axes()).equals(value) && isZero(graph, comparison.arguments().get(1));
  }

  private static boolean isZero(Graph graph, View view) {
    return graph.node(view.node()) instanceof Node.Sum sum && sum.isNumber() && sum.constant().isZero();
  }

  static boolean covers(View view, int rank) {
    return IntStream.range(0, rank).allMatch(view.axes()::contains);
  }

  /** Returns the loop axes of a summing product as axes of the node that reads it. */
  static List<Integer> outer(View view, Node.Product product) {
    List<Integer> outer = new ArrayList<>(view.axes());
    IntStream.range(product.rank(), product.loops().size()).forEach(axis -> outer.add(SUMMED));
    return outer;
  }

  /** Matches a product of two matrices, with another term of the sum that contains it. */
  private Optional<Computed> gemm(int id, Node node) {
    if (node instanceof Node.Product) {
      return gemm(node, new Node.Term(Rational.ONE, View.identity(id, node.rank())), List.of(), Rational.ZERO);
    }
    if (!(node instanceof Node.Sum sum)) {
      return Optional.empty();
    }
    return sum.terms().stream().flatMap(term -> {
      List<Node.Term> others = new ArrayList<>(sum.terms());
      others.remove(term);
      return gemm(node, term, others, sum.constant()).stream();
    }).findFirst();
  }

  private Optional<Computed> gemm(Node node, Node.Term term, List<Node.Term> others, Rational constant) {
    if (!(graph.node(term.view().node()) instanceof Node.Product product) || product.loops().size() != product.rank() + 1
        || product.factors().size() != 2 || !isExact(term.coefficient()) || !covers(term.view(), node.rank()) || !products.isPlain(product)) {
      return Optional.empty();
    }
    List<Integer> order = AxisOrder.order(node.shape());
    List<View> factors = product.factors().stream().map(view -> view.rewire(outer(term.view(), product))).toList();
    return order.size() != 2 ? Optional.empty() : Stream.of(0, 1).flatMap(k -> matrices(factors.get(k), factors.get(1 - k), order).stream()).findFirst()
        .map(matrices -> gemm(matrices, term.coefficient(), others, constant, order));
  }

  /**
   * The factors of a product of matrices.
   *
   * @param left with rows of the result and the summed axis
   * @param right with the summed axis and columns of the result
   */
  private record Matrices(View left, View right) {}

  private Optional<Matrices> matrices(View left, View right, List<Integer> order) {
    boolean column = order.get(1) == AxisOrder.ONE;
    boolean fits = left.axes().size() == 2 && left.axes().containsAll(List.of(order.get(0), SUMMED))
        && (column ? right.axes().equals(List.of(SUMMED)) : right.axes().size() == 2 && right.axes().containsAll(List.of(SUMMED, order.get(1))));
    if (fits && column && graph.node(right.node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER) {
      placement.asRow(right.node());
    }
    return fits ? Optional.of(new Matrices(left, right)) : Optional.empty();
  }

  private Computed gemm(Matrices matrices, Rational coefficient, List<Node.Term> others, Rational constant, List<Integer> order) {
    List<View> operands = Stream.concat(Stream.of(matrices.left(), matrices.right()), others.stream().map(Node.Term::view)).toList();
    int added = !others.isEmpty() && isExact(others.get(0).coefficient()) ? 1 : 0;
    return new Computed(operands, () -> {
      List<Integer> right = placement.axes(matrices.right());
      String factor = placement.value(matrices.right().node());
      List<String> inputs = new ArrayList<>(List.of(placement.value(matrices.left().node()), right.size() == 1 ? operators.unsqueeze(factor, 1) : factor));
      List<Attribute> attributes = new ArrayList<>();
      add(attributes, "alpha", (float) coefficient.doubleValue(), 1f);
      others.subList(0, added).forEach(term -> {
        inputs.add(placement.place(term.view(), order));
        add(attributes, "beta", (float) term.coefficient().doubleValue(), 1f);
      });
      add(attributes, "transA", placement.axes(matrices.left()).get(0) == SUMMED ? 1L : 0L, 0L);
      add(attributes, "transB", right.get(0) == SUMMED ? 0L : 1L, 0L);
      return translation.terms(operators.apply("Gemm", inputs, attributes.toArray(Attribute[]::new)), constant, others.subList(added, others.size()), order);
    });
  }

  private static void add(List<Attribute> attributes, String name, Object value, Object standard) {
    if (!value.equals(standard)) {
      attributes.add(new Attribute(name, value));
    }
  }

  /** Whether the coefficient is exact in single precision, the type of attributes. */
  private static boolean isExact(Rational coefficient) {
    return (float) coefficient.doubleValue() == coefficient.doubleValue();
  }
}
