package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Sums that a graph has already with their axes in another order: a simplification gives a sum over an index no order of the indices that are left. */
final class Reorder {

  private Reorder() {}

  /** The node of the graph that is the sum with other axes, over the axes of the sum; empty if there is none, or the sum itself is there. */
  static Optional<View> known(Graph.Builder graph, Node node) {
    if (!(node instanceof Node.Product sum) || !sum.isSumming() || graph.find(sum).isPresent()) {
      return Optional.empty();
    }
    for (List<Integer> order : orders(sum.rank())) {
      OptionalInt found = graph.find(ordered(sum, order));
      if (found.isPresent()) {
        return Optional.of(new View(found.getAsInt(), order));
      }
    }
    return Optional.empty();
  }

  /** The sum whose axis k is the given one's axis {@code order.get(k)}. */
  private static Node.Product ordered(Node.Product sum, List<Integer> order) {
    List<Integer> loops = new ArrayList<>(order);
    for (int loop = sum.rank(); loop < sum.loops().size(); loop++) {
      loops.add(loop);
    }
    return new Node.Product(loops.stream().map(sum.loops()::get).toList(), sum.rank(),
        sum.factors().stream().map(factor -> new View(factor.node(), factor.axes().stream().map(loops::indexOf).toList())).toList());
  }

  private static List<List<Integer>> orders(int rank) {
    List<List<Integer>> orders = new ArrayList<>(List.of(List.of()));
    for (int axis = 0; axis < rank; axis++) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> order : orders) {
        for (int place = 0; place <= order.size(); place++) {
          List<Integer> with = new ArrayList<>(order);
          with.add(place, axis);
          longer.add(with);
        }
      }
      orders = longer;
    }
    return orders;
  }
}
