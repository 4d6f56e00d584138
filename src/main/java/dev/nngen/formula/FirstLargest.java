package dev.nngen.formula;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Recognizes the indicator of the first largest entry, as {@code autodiff.Pullback} writes it for a maximum: a position equals minus the largest of
 * {@code where(entry == largest, -position, ..)}.
 *
 * @param entry over the loops of the indicator
 * @param largest over the same loops
 */
record FirstLargest(View entry, View largest) {

  /** Returns the operands of the indicator, empty for other nodes. */
  static Optional<FirstLargest> of(Node.Apply equal, IntFunction<Node> graph) {
    if (equal.fn() != Fn.EQUAL) {
      return Optional.empty();
    }
    View position = equal.arguments().get(0);
    View least = equal.arguments().get(1);
    return positive(least, graph).filter(view -> graph.apply(view.node()) instanceof Node.Max).flatMap(view -> of(position, view, (Node.Max) graph.apply(view.node()), graph));
  }

  private static Optional<FirstLargest> of(View position, View index, Node.Max max, IntFunction<Node> graph) {
    boolean fits = graph.apply(max.argument().node()) instanceof Node.Apply where && where.fn() == Fn.WHERE && graph.apply(where.arguments().get(0).node()) instanceof Node.Apply hit
        && hit.fn() == Fn.EQUAL && positive(where.arguments().get(1), graph).filter(before -> before.node() == position.node()).isPresent();
    if (!fits) {
      return Optional.empty();
    }
    Node.Apply where = (Node.Apply) graph.apply(max.argument().node());
    View before = positive(where.arguments().get(1), graph).orElseThrow().rewire(max.argument().axes());
    Integer[] loops = new Integer[max.loops().size()];
    for (int axis = 0; axis < max.rank(); axis++) {
      loops[axis] = index.axes().get(axis);
    }
    for (int axis = 0; axis < before.axes().size(); axis++) {
      loops[before.axes().get(axis)] = position.axes().get(axis);
    }
    Node.Apply hit = (Node.Apply) graph.apply(where.arguments().get(0).node());
    View outer = new View(0, max.argument().axes().stream().map(axis -> loops[axis]).toList());
    View seen = where.arguments().get(0).rewire(outer.axes());
    return Optional.of(new FirstLargest(hit.arguments().get(0).rewire(seen.axes()), hit.arguments().get(1).rewire(seen.axes())));
  }

  /** Returns the operand of a negation. */
  private static Optional<View> positive(View view, IntFunction<Node> graph) {
    boolean negated = graph.apply(view.node()) instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1
        && sum.terms().get(0).coefficient().equals(Rational.MINUS_ONE);
    return negated ? Optional.of(((Node.Sum) graph.apply(view.node())).terms().get(0).view().rewire(view.axes())) : Optional.empty();
  }
}
