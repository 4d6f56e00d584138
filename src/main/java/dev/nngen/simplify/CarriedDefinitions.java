package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A graph in which carried leaves and their definitions are interchangeable, for proofs. It has each value twice: over carried leaves, and over
 * definitions in the same step with carried leaves for other steps.
 */
final class CarriedDefinitions {

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final int[] byLeaves;
  private final Integer[] byDefinitions;
  private final Map<Integer, Integer> leafOf = new HashMap<>();

  private CarriedDefinitions(Graph source) {
    this.source = source;
    this.byLeaves = new int[source.size()];
    this.byDefinitions = new Integer[source.size()];
    source.carried().stream().filter(leaf -> earlier(leaf).isEmpty()).forEach(leaf -> leafOf.putIfAbsent(source.definition(source.node(leaf)).orElseThrow().node(), leaf));
  }

  /** Returns the graph, empty if the source has no recurrence. */
  static Optional<CarriedDefinitions> of(Graph graph) {
    if (graph.carried().isEmpty()) {
      return Optional.empty();
    }
    CarriedDefinitions carried = new CarriedDefinitions(graph);
    IntStream.range(0, graph.size()).forEach(carried::copy);
    IntStream.range(0, graph.size()).forEach(carried::define);
    return Optional.of(carried);
  }

  private void copy(int id) {
    Node node = source.node(id);
    byLeaves[id] = target.add(node.withOperands(node.operands().stream().map(this::leaf).toList()));
  }

  /**
   * Returns the definition of a carried leaf on which the definition does not depend, so that it may precede the leaf. This is a read of another step
   * without recurrence.
   */
  private Optional<Graph.Value> earlier(int id) {
    return source.definition(source.node(id)).filter(definition -> definition.node() < id);
  }

  private View leaf(View view) {
    Optional<Graph.Value> earlier = earlier(view.node());
    if (earlier.isPresent()) {
      Integer[] axes = new Integer[view.axes().size()];
      IntStream.range(0, axes.length).forEach(axis -> axes[earlier.get().axes().get(axis)] = view.axes().get(axis));
      return leaf(new View(earlier.get().node(), List.of(axes)));
    }
    Integer leaf = leafOf.get(view.node());
    return leaf == null ? new View(byLeaves[view.node()], view.axes()) : new View(byLeaves[leaf], order(leaf).stream().map(view.axes()::get).toList());
  }

  private List<Integer> order(int leaf) {
    return source.definition(source.node(leaf)).orElseThrow().axes();
  }

  private int define(int id) {
    if (byDefinitions[id] == null) {
      Node node = source.node(id);
      Set<Integer> elsewhere = Resolution.isNeeded(node, source::node) ? Resolution.of((Node.Product) node, source::node).solved().keySet() : Set.of();
      byDefinitions[id] = target.add(node.withOperands(node.operands().stream()
          .map(view -> view.axes().stream().anyMatch(elsewhere::contains) ? leaf(view) : definition(view)).toList()));
    }
    return byDefinitions[id];
  }

  private View definition(View view) {
    View defined = source.inSameStep(view);
    return new View(define(defined.node()), defined.axes());
  }

  Graph graph() {
    return target.build();
  }

  /** Returns the value over carried leaves: its own, or those of its operands. */
  Graph.Value byLeaves(Graph.Value value) {
    Integer leaf = leafOf.get(value.node());
    if (leaf == null) {
      return value.at(byLeaves[value.node()]);
    }
    Function<Integer, Integer> axis = own -> own == Graph.Value.NONE ? own : order(leaf).indexOf(own);
    return new Graph.Value(byLeaves[leaf], value.rows().stream().map(axis).toList(), value.columns().stream().map(axis).toList());
  }

  /** Returns the value over definitions. */
  Graph.Value byDefinitions(Graph.Value value) {
    return value.at(byDefinitions[value.node()]);
  }

  Facts moved(Facts facts) {
    Map<Integer, Interval> ranges = new LinkedHashMap<>();
    Map<Integer, Integer> equalities = new LinkedHashMap<>();
    for (Function<Integer, Integer> moved : List.<Function<Integer, Integer>>of(id -> byLeaves[id], id -> byDefinitions[id])) {
      facts.ranges().forEach((node, range) -> ranges.merge(moved.apply(node), range, Interval::and));
      facts.equalities().forEach((node, other) -> equalities.put(moved.apply(node), moved.apply(other)));
    }
    return new Facts(ranges, equalities);
  }
}
