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

/** Builds the expressions that a nest computes from its loop positions: subscripts of windows, their bounds checks, and relations. */
final class ComputedPositions {

  private static final Scalar ZERO = new Scalar.Number(Rational.ZERO);

  private final Graph graph;
  private final Statements memory;
  private final int axes;
  private final List<LoopNest.Derived> derived = new ArrayList<>();

  /**
   * @param axes number of loops of the nest
   */
  ComputedPositions(Graph graph, Statements memory, int axes) {
    this.graph = graph;
    this.memory = memory;
    this.axes = axes;
  }

  /** Returns the computed subscripts; their positions follow those of the loops. */
  List<LoopNest.Derived> derived() {
    return derived;
  }

  /** Returns a leaf whose value is known without data, at the point of the view. */
  Scalar constant(Node.Leaf leaf, View view) {
    if (leaf.relation().isEmpty()) {
      return new Scalar.Position(view.axes().get(0));
    }
    Relation relation = leaf.relation().get();
    Fn fn = relation.kind() == Relation.Kind.ZERO ? Fn.EQUAL : Fn.AT_LEAST;
    return new Scalar.Apply(fn, List.of(new Scalar.Position(position(new LoopNest.Derived(relation.over(view.axes()), 1, 0))), ZERO));
  }

  /**
   * Returns an entry of a window's source, or 0 if a subscript is out of bounds. For a counter the entry is the subscript itself.
   *
   * @param numbers the data used as subscripts
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

  /** Whether the expression is a condition on subscripts as {@link #entry} builds them. */
  static boolean isCondition(Scalar scalar) {
    return scalar instanceof Scalar.Apply compared && compared.fn().isIndicator() && compared.arguments().stream().anyMatch(Scalar.Position.class::isInstance);
  }

  private static Relation.Affine seen(Relation.Affine value, View view) {
    return Relation.Affine.of(value.terms().stream().map(term -> new Relation.Term(view.axes().get(term.axis()), term.coefficient())).toList(), value.constant());
  }

  /** Returns the position of a computed subscript; if it equals a loop's position, that one. */
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
