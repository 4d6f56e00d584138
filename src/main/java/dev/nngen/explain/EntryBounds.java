package dev.nngen.explain;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import java.util.HashMap;
import java.util.Map;

/** Simple bounds of a value's entries by signs and reciprocals, to state why a factor is nonzero. {@link Interval#REALS} if nothing is known. */
final class EntryBounds implements Node.Visitor<Interval> {

  private final Graph.Builder graph;
  private final Facts facts;
  private final Map<Integer, Interval> known = new HashMap<>();

  EntryBounds(Graph.Builder graph, Facts facts) {
    this.graph = graph;
    this.facts = facts;
  }

  Interval of(int node) {
    Interval interval = known.get(node);
    if (interval == null) {
      interval = graph.node(node).accept(this).and(facts.ranges().getOrDefault(node, Interval.REALS));
      known.put(node, interval);
    }
    return interval;
  }

  @Override
  public Interval leaf(Node.Leaf leaf) {
    return leaf.range();
  }

  @Override
  public Interval sum(Node.Sum sum) {
    Interval total = Interval.point(sum.constant().doubleValue());
    for (Node.Term term : sum.terms()) {
      Interval scaled = scaled(of(term.view().node()), term.coefficient().doubleValue());
      total = new Interval(total.low() + scaled.low(), total.lowOpen() || scaled.lowOpen(),
          total.high() + scaled.high(), total.highOpen() || scaled.highOpen());
    }
    return total;
  }

  private static Interval scaled(Interval a, double factor) {
    return factor > 0 ? new Interval(a.low() * factor, a.lowOpen(), a.high() * factor, a.highOpen())
        : new Interval(a.high() * factor, a.highOpen(), a.low() * factor, a.lowOpen());
  }

  /** Bounds products of nonnegative values. A sum over samples or features may have any length. */
  @Override
  public Interval product(Node.Product product) {
    Interval total = Interval.point(1);
    for (var factor : product.factors()) {
      Interval next = of(factor.node());
      if (!next.isNonNegative() || !total.isNonNegative()) {
        return Interval.REALS;
      }
      total = new Interval(total.low() * next.low(), total.lowOpen() || next.lowOpen(), times(total.high(), next.high()),
          total.highOpen() || next.highOpen());
    }
    return product.isSumming() ? new Interval(total.low(), total.lowOpen(), Double.POSITIVE_INFINITY, true) : total;
  }

  private static double times(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
  }

  @Override
  public Interval power(Node.Power power) {
    Interval base = of(power.base().node());
    if (power.exponent().equals(Rational.MINUS_ONE) && base.isPositive()) {
      return new Interval(1 / base.high(), base.highOpen(), 1 / base.low(), base.low() == 0 || base.lowOpen());
    }
    if (base.isPositive()) {
      return Interval.POSITIVE;
    }
    if (power.exponent().equals(Rational.TWO)) {
      double bound = Math.max(Math.abs(base.low()), Math.abs(base.high()));
      boolean open = (Math.abs(base.low()) < bound || base.lowOpen()) && (Math.abs(base.high()) < bound || base.highOpen());
      return new Interval(0, false, bound * bound, open);
    }
    boolean even = power.exponent().isInteger() && !power.exponent().numerator().testBit(0);
    return even || !power.exponent().isInteger() ? Interval.NON_NEGATIVE : Interval.REALS;
  }

  @Override
  public Interval apply(Node.Apply apply) {
    return apply.fn() == Fn.STOP ? of(apply.arguments().get(0).node()) : apply.fn().range();
  }

  @Override
  public Interval max(Node.Max max) {
    return of(max.argument().node());
  }

  @Override
  public Interval derivative(Node.Derivative derivative) {
    return Interval.REALS;
  }
}
