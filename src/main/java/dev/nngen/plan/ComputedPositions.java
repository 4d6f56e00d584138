package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Resolution.Solved;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;

/** What a nest computes from its loops' positions: subscripts of windows, the conditions that keep them inside, and relations. */
final class ComputedPositions {

  private static final Scalar ZERO = new Scalar.Number(Rational.ZERO);

  private final Graph graph;
  private final Statements memory;
  private final int axes;
  private final List<LoopNest.Derived> derived = new ArrayList<>();

  /** @param axes how many loops the nest has */
  ComputedPositions(Graph graph, Statements memory, int axes) {
    this.graph = graph;
    this.memory = memory;
    this.axes = axes;
  }

  /** The computed subscripts; they count as positions behind those of the loops. */
  List<LoopNest.Derived> derived() {
    return derived;
  }

  /** A leaf that is known without data, at the point that the view shows. */
  Scalar constant(Node.Leaf leaf, View view) {
    if (leaf.relation().isEmpty()) {
      return new Scalar.Position(view.axes().get(0));
    }
    Relation relation = leaf.relation().get();
    Fn fn = relation.kind() == Relation.Kind.ZERO ? Fn.EQUAL : Fn.AT_LEAST;
    return new Scalar.Apply(fn, List.of(new Scalar.Position(position(new LoopNest.Derived(relation.over(view.axes()), 1, 0))), ZERO));
  }

  /**
   * An entry of a window's source, 0 where a subscript is outside. A counter's is the subscript itself.
   *
   * @param numbers the data that are subscripts
   */
  Scalar entry(Node.Window window, View view, List<Scalar> numbers) {
    List<Extent> shape = graph.node(window.source()).shape();
    List<Integer> at = new ArrayList<>();
    List<Scalar> conditions = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      if (window.positions().get(axis) instanceof Node.Window.Data data) {
        at.add(-1 - data.number());
        continue;
      }
      Solved solved = ((Node.Window.At) window.positions().get(axis)).number();
      int position = position(new LoopNest.Derived(seen(solved.value(), view), solved.divisor(), solved.modulus()));
      at.add(position);
      if (!solved.isInside()) {
        if (!solved.value().isNeverNegative(window.shape())) {
          conditions.add(new Scalar.Apply(Fn.AT_LEAST, List.of(new Scalar.Position(position), ZERO)));
        }
        Relation.Affine beyond = solved.value().minus(Relation.Affine.constant(Offset.of(shape.get(axis)).times(solved.divisor())));
        if (!beyond.isAlwaysNegative(window.shape())) {
          conditions.add(new Scalar.Apply(Fn.AT_LEAST, List.of(number(Offset.last(shape.get(axis))), new Scalar.Position(position))));
        }
      }
    }
    Scalar entry = graph.node(window.source()).isPositionalLeaf() ? at.get(0) < 0 ? numbers.get(0) : new Scalar.Position(at.get(0)) : load(memory.placement(window.source()), at, numbers);
    for (Scalar condition : conditions) {
      entry = new Scalar.Apply(Fn.WHERE, List.of(condition, entry, ZERO));
    }
    return entry;
  }

  private Scalar number(Offset offset) {
    return offset.isNumber() ? new Scalar.Number(Rational.of(offset.number()))
        : new Scalar.Position(position(new LoopNest.Derived(Relation.Affine.constant(offset), 1, 0)));
  }

  private static Scalar load(Placement placement, List<Integer> at, List<Scalar> numbers) {
    return new Scalar.Load(placement.tensor(), placement.order().stream().map(at::get).toList(), numbers);
  }

  /** True of a condition on subscripts, as {@link #entry} makes them. */
  static boolean isCondition(Scalar scalar) {
    return scalar instanceof Scalar.Apply compared && compared.fn().isIndicator() && compared.arguments().stream().anyMatch(Scalar.Position.class::isInstance);
  }

  private static Relation.Affine seen(Relation.Affine value, View view) {
    return Relation.Affine.of(value.terms().stream().map(term -> new Relation.Term(view.axes().get(term.axis()), term.coefficient())).toList(), value.constant());
  }

  /** The position that stands for a computed subscript; that of a loop where it is the loop's own. */
  private int position(LoopNest.Derived subscript) {
    Relation.Affine value = subscript.value();
    boolean own = subscript.divisor() == 1 && subscript.modulus() == 0 && value.constant().isZero() && value.terms().size() == 1 && value.terms().get(0).coefficient() == 1;
    if (own) {
      return value.terms().get(0).axis();
    }
    if (!derived.contains(subscript)) {
      derived.add(subscript);
    }
    return axes + derived.indexOf(subscript);
  }
}
