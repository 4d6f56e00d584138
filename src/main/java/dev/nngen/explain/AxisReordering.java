package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds sums that a graph already has with another order of axes. Simplification does not fix the order of the remaining indices of a sum. */
final class AxisReordering {

  private AxisReordering() {}

  /** Returns the existing node with permuted axes, as a view over the axes of the sum. Empty if there is none, or if the sum itself exists. */
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

  /** Returns the sum whose axis k is the given one's axis {@code order.get(k)}. */
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
