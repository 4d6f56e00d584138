package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Relation.Term;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.Resolution.Condition;
import dev.nngen.ir.Resolution.Solved;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Resolves the reads of a product: its factors are read at positions that relations and integer data determine, so that it sums only over the other
 * axes. The remaining relations are conditions.
 */
final class Reads {

  private final Graph graph;
  private final AxisOrder placement;
  private final Node.Product product;
  private final Resolution resolution;
  /** Integer data that are the subscripts of an axis. */
  private final Map<Integer, View> numbers = new LinkedHashMap<>();
  private final List<View> factors = new ArrayList<>();

  private Reads(Graph graph, AxisOrder placement, Node.Product product) {
    this.graph = graph;
    this.placement = placement;
    this.product = product;
    this.resolution = Resolution.of(product, graph::node);
  }

  static Reads of(Graph graph, AxisOrder placement, Node.Product product) {
    Reads reads = new Reads(graph, placement, product);
    List<View> choices = reads.resolution.factors().stream().filter(view -> reads.isChoice(view)).toList();
    reads.resolution.factors().stream().filter(view -> !choices.contains(view)).forEach(reads.factors::add);
    choices.forEach(reads::choose);
    return reads;
  }

  /** Whether the factor is the equality of a counter and an integer input whose values are all within the counter's axis. */
  private boolean isChoice(View factor) {
    return graph.node(factor.node()) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL
        && IntStream.of(0, 1).anyMatch(k -> graph.node(apply.arguments().get(k).node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER
            && leaf.shape().get(0) instanceof Extent.Fixed fixed && placement.count(apply.arguments().get(1 - k).node()) == fixed.size());
  }

  /** Reads an axis at data, if the factors with that axis have no axis of the data; otherwise the choice is a factor of zeros and ones. */
  private void choose(View choice) {
    Node.Apply equal = (Node.Apply) graph.node(choice.node());
    int counter = graph.node(equal.arguments().get(0).node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER ? 0 : 1;
    int axis = choice.axes().get(equal.arguments().get(counter).axes().get(0));
    View data = equal.arguments().get(1 - counter).rewire(choice.axes());
    Set<Integer> all = new HashSet<>(data.axes());
    List<View> reading = factors.stream().filter(view -> view.axes().contains(axis)).toList();
    boolean apart = axis >= product.rank() && !numbers.containsKey(axis) && all.stream().noneMatch(this::isDetermined) && !isUsed(axis)
        && reading.stream().allMatch(view -> view.axes().stream().filter(a -> a == axis).count() == 1
            && view.axes().stream().flatMap(a -> loops(a).stream()).noneMatch(all::contains));
    if (apart) {
      numbers.put(axis, data);
    } else {
      factors.add(choice);
    }
  }

  private boolean isDetermined(int axis) {
    return resolution.solved().containsKey(axis) || numbers.containsKey(axis);
  }

  private boolean isUsed(int axis) {
    return isDetermined(axis) || resolution.relations().stream().anyMatch(condition -> condition.affine().coefficient(axis) != 0)
        || resolution.solved().values().stream().anyMatch(solved -> solved.value().coefficient(axis) != 0);
  }

  Optional<Solved> solved(int axis) {
    return Optional.ofNullable(resolution.solved().get(axis));
  }

  /** Returns the integers that are the positions along an axis. */
  Optional<View> number(int axis) {
    return Optional.ofNullable(numbers.get(axis));
  }

  /** Whether the factor is never read out of bounds. */
  boolean isInside(View factor) {
    return factor.axes().stream().allMatch(axis -> solved(axis).map(Solved::isInside).orElse(true));
  }

  /** Returns the axes with loops from which an axis is computed: itself, if it has a loop. */
  List<Integer> loops(int axis) {
    return numbers.containsKey(axis) ? numbers.get(axis).axes()
        : resolution.solved().containsKey(axis) ? resolution.solved().get(axis).value().terms().stream().map(Term::axis).toList() : List.of(axis);
  }

  /** Whether some factor is not read as it is. */
  boolean areResolved() {
    return !resolution.solved().isEmpty() || !resolution.relations().isEmpty() || !numbers.isEmpty();
  }

  List<View> factors() {
    return factors;
  }

  /** Returns the summed axes that still need a loop. */
  List<Integer> summed() {
    return IntStream.range(product.rank(), product.loops().size()).filter(axis -> !isDetermined(axis)).boxed().toList();
  }

  /** Returns the remaining conditions, over axes with loops. */
  List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>(resolution.relations());
    resolution.solved().forEach((axis, solved) -> {
      if (!solved.isInside() && factors.stream().noneMatch(factor -> factor.axes().contains(axis))) {
        conditions.add(new Condition(Relation.Kind.NOT_NEGATIVE, solved.value()));
        conditions.add(new Condition(Relation.Kind.NOT_NEGATIVE, Affine.constant(beyond(axis, solved).plus(-1)).minus(solved.value())));
      }
    });
    return conditions;
  }

  /** Returns the smallest value beyond the end of an axis. */
  Offset beyond(int axis, Solved solved) {
    return Offset.of(product.loops().get(axis)).times(solved.divisor());
  }

  /** Returns the lengths of all axes, including summed ones. */
  List<Extent> extents() {
    return product.loops();
  }

  /** Returns the length of an axis; empty if it is known only at run time. */
  OptionalInt length(int axis) {
    return axis == AxisOrder.ONE ? OptionalInt.of(1) : product.loops().get(axis) instanceof Extent.Fixed fixed ? OptionalInt.of(fixed.size()) : OptionalInt.empty();
  }

  int size(int axis) {
    return length(axis).orElseThrow();
  }
}
