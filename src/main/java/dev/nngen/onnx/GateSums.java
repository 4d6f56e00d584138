package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import dev.nngen.onnx.StepGraph.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Splits sums into the terms of the gates of recurrent operators: matrices times the input, matrices times values of the step, and biases. Their rows
 * may be slices of larger parameters.
 */
final class GateSums {

  /** Axes of all views here: the units of a gate, the samples, the steps, and the summed axis. */
  static final int UNITS = 0;
  static final int SAMPLES = 1;
  static final int STEPS = 2;
  private static final int SUMMED = 3;

  private final Graph graph;
  private final StepGraph step;
  private final Graph body;
  /** The outer value of each leaf of the step: a slice at the step's number, or a captured value. */
  private final Map<Integer, Integer> parts = new HashMap<>();
  private final Map<Integer, Integer> captured = new HashMap<>();

  /**
   * A part of a sum.
   *
   * @param parameter a matrix or a column outside the step
   * @param rows the parameter's axis that runs over the units
   * @param first the row of the first unit
   * @param input the factor of the matrix: outside if {@code isOutside}, else in the step; empty for a bias
   */
  record Piece(int parameter, int rows, int first, Optional<View> input, boolean isOutside) {}

  GateSums(Graph graph, StepGraph step, Graph body) {
    this.graph = graph;
    this.step = step;
    this.body = body;
    step.captured().forEach((node, leaf) -> captured.put(leaf, node));
    step.slices().forEach((slice, leaf) -> {
      if (slice instanceof Part part && part.distances().size() == 1 && part.distances().containsValue(0L)) {
        parts.put(leaf, part.node());
      }
    });
  }

  /** Returns the pieces of a value of the step that runs over units and samples; empty if the sum has another form. */
  Optional<List<Piece>> of(View view) {
    List<Piece> pieces = new ArrayList<>();
    return collect(view, 0, false, pieces) ? Optional.of(pieces) : Optional.empty();
  }

  private boolean collect(View view, int first, boolean isOutside, List<Piece> pieces) {
    Node node = (isOutside ? graph : body).node(view.node());
    if (node instanceof Node.Leaf) {
      return leaf(view, first, isOutside, pieces);
    }
    if (node instanceof Node.Sum sum) {
      return sum.constant().isZero() && !sum.isNumber() && sum.terms().stream().allMatch(term -> term.coefficient().isOne() && collect(term.view().rewire(view.axes()), first, isOutside, pieces));
    }
    return node instanceof Node.Product product && product(view, product, first, isOutside, pieces);
  }

  private boolean leaf(View view, int first, boolean isOutside, List<Piece> pieces) {
    if (!isOutside && parts.containsKey(view.node())) {
      int outside = parts.get(view.node());
      int axis = steps(outside, view.node());
      List<Integer> axes = new ArrayList<>(view.axes());
      axes.add(axis, STEPS);
      return collect(new View(outside, axes), first, true, pieces);
    }
    int node = isOutside ? view.node() : captured.getOrDefault(view.node(), -1);
    return node >= 0 && isParameter(node) && view.axes().equals(List.of(UNITS)) && pieces.add(new Piece(node, 0, first, Optional.empty(), true));
  }

  private int steps(int node, int slice) {
    return step.slices().entrySet().stream().filter(entry -> entry.getValue() == slice && entry.getKey() instanceof Part part && part.node() == node)
        .map(entry -> ((Part) entry.getKey()).distances().keySet().iterator().next()).findFirst().orElseThrow();
  }

  private boolean isParameter(int node) {
    return graph.node(node) instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER;
  }

  private boolean product(View view, Node.Product product, int first, boolean isOutside, List<Piece> pieces) {
    Graph own = isOutside ? graph : body;
    if (!product.isSumming()) {
      return product.factors().size() == 1 && collect(product.factors().get(0).rewire(view.axes()), first, isOutside, pieces);
    }
    if (product.loops().size() != product.rank() + 1) {
      return false;
    }
    List<Integer> axes = new ArrayList<>(view.axes());
    axes.add(SUMMED);
    if (Resolution.isNeeded(product, own::node)) {
      return slice(product, axes, first, isOutside, pieces);
    }
    List<View> factors = product.factors().stream().map(factor -> factor.rewire(axes)).toList();
    return factors.size() == 2 && Stream.of(0, 1).anyMatch(k -> matrix(factors.get(k), factors.get(1 - k), first, isOutside, pieces));
  }

  /** Adds rows of a larger value, starting at {@code first}. */
  private boolean slice(Node.Product product, List<Integer> axes, int first, boolean isOutside, List<Piece> pieces) {
    Resolution resolution = Resolution.of(product, (isOutside ? graph : body)::node);
    Resolution.Solved solved = resolution.solved().get(product.rank());
    if (solved == null || resolution.factors().size() != 1 || !resolution.relations().isEmpty() || !solved.isInside() || solved.divisor() != 1 || solved.modulus() != 0
        || solved.value().terms().size() != 1 || solved.value().terms().get(0).coefficient() != 1 || axes.get(solved.value().terms().get(0).axis()) != UNITS) {
      return false;
    }
    View whole = resolution.factors().get(0).rewire(axes);
    List<Integer> rows = whole.axes().stream().map(axis -> axis == SUMMED ? (Integer) UNITS : axis).toList();
    return !whole.axes().contains(UNITS) && collect(new View(whole.node(), rows), first + Math.toIntExact(solved.value().constant().number()), isOutside, pieces);
  }

  private boolean matrix(View matrix, View multiplied, int first, boolean isOutside, List<Piece> pieces) {
    View input = isOutside ? multiplied : only(multiplied);
    int node = isOutside ? matrix.node() : captured.getOrDefault(matrix.node(), -1);
    List<Integer> wanted = isOutside ? List.of(SUMMED, SAMPLES, STEPS) : List.of(SUMMED, SAMPLES);
    boolean fits = node >= 0 && isParameter(node) && matrix.axes().size() == 2 && matrix.axes().containsAll(List.of(UNITS, SUMMED))
        && input.axes().size() == wanted.size() && input.axes().containsAll(wanted);
    return fits && pieces.add(new Piece(node, matrix.axes().indexOf(UNITS), first, Optional.of(new View(input.node(), inner(input.axes()))), isOutside));
  }

  /** Returns the axes of an input whose units the matrix sums over. */
  private static List<Integer> inner(List<Integer> axes) {
    return axes.stream().map(axis -> axis == SUMMED ? (Integer) UNITS : axis).toList();
  }

  /** Returns the factors of a value without sums. */
  List<View> factors(View view) {
    return body.node(view.node()) instanceof Node.Product product && !product.isSumming()
        ? product.factors().stream().flatMap(factor -> factors(factor.rewire(view.axes())).stream()).toList() : List.of(view);
  }

  /** Unwraps products of a single factor around a value. */
  View only(View view) {
    List<View> factors = factors(view);
    return factors.size() == 1 ? factors.get(0) : view;
  }

  /** Whether there are two axes, one of them the samples. */
  static boolean isMatrix(List<Extent> shape) {
    return shape.size() == 2 && shape.contains(Extent.BATCH) && IntStream.of(0, 1).anyMatch(k -> shape.get(k) instanceof Extent.Fixed);
  }
}
