package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;

/** Bounds of nodes in their original form, for proofs. A sum of squares is seen to be positive in this form, but not after it is multiplied out. */
final class NodeRanges implements Node.Visitor<Interval> {

  private final NormalForms normalForms;
  private final List<Interval> ranges = new ArrayList<>();

  /** @param normalForms of the graph, whose bounds are used too */
  NodeRanges(Graph graph, NormalForms normalForms) {
    this.normalForms = normalForms;
    for (int id = 0; id < graph.size(); id++) {
      ranges.add(graph.node(id).accept(this));
    }
  }

  /** Returns the bounds of the entries of a node. */
  Interval of(int node) {
    return ranges.get(node).and(normalForms.classBounds.of(normalForms.of(node)));
  }

  private Interval of(View view) {
    return ranges.get(view.node());
  }

  @Override
  public Interval leaf(Node.Leaf leaf) {
    return leaf.range();
  }

  @Override
  public Interval sum(Node.Sum sum) {
    Interval range = Interval.point(sum.constant().doubleValue());
    for (Node.Term term : sum.terms()) {
      range = IntervalArithmetic.plus(range, IntervalArithmetic.scaled(of(term.view()), term.coefficient().doubleValue()));
    }
    return range;
  }

  @Override
  public Interval product(Node.Product product) {
    Interval range = Interval.point(1);
    List<View> rest = new ArrayList<>(product.factors());
    while (!rest.isEmpty()) {
      View factor = rest.remove(0);
      boolean isSquare = rest.remove(factor);
      range = IntervalArithmetic.times(range, isSquare ? IntervalArithmetic.power(of(factor), 2) : of(factor));
    }
    return !product.isSumming() ? range : range.isPositive() ? Interval.POSITIVE : range.isNonNegative() ? Interval.NON_NEGATIVE : Interval.REALS;
  }

  @Override
  public Interval power(Node.Power power) {
    return power.exponent().isSmallInteger(64) ? IntervalArithmetic.power(of(power.base()), power.exponent().intValueExact())
        : of(power.base()).isPositive() ? Interval.POSITIVE : Interval.NON_NEGATIVE;
  }

  @Override
  public Interval apply(Node.Apply apply) {
    return apply.fn().range();
  }

  @Override
  public Interval max(Node.Max max) {
    return of(max.argument());
  }
}
