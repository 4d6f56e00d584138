package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import dev.nngen.lower.Matrices.Nest;
import dev.nngen.model.Op;
import dev.nngen.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lowers index equations to nodes: a read at positions other than the loops' own is a sum over the value's axis with a {@link Relation} as a factor.
 */
final class Subscripts {

  private static final int NONE = Graph.Value.NONE;

  private final Algebra algebra;
  private final Matrices matrices;

  Subscripts(Matrices matrices) {
    this.matrices = matrices;
    this.algebra = matrices.algebra();
  }

  /** Returns a value of that shape, whose axis k runs along {@code axes.get(k)} of the node. */
  static Graph.Value arranged(int node, List<Integer> axes, Shape shape) {
    List<Integer> all = new ArrayList<>(axes);
    int count = shape.axes().size();
    while (all.size() < count) {
      all.add(NONE);
    }
    int rows = shape.rows().sizes().size();
    return new Graph.Value(node, all.subList(0, rows), all.subList(rows, count));
  }

  Graph.Value read(Op.Read read, Shape shape, List<Graph.Value> operands) {
    return new Reading(ExpressionLowering.nest(shape), shape, operands).of(read);
  }

  /** Builds one read: its additional loops and its relations. */
  private final class Reading {
    private final Nest nest;
    private final Shape shape;
    private final List<Integer> outer;
    private final List<Extent> loops;
    private final List<Graph.Value> operands;
    private final Graph.Value source;
    private final List<Extent> extents;
    private final Integer[] wired;
    private final List<View> factors = new ArrayList<>();

    Reading(Nest nest, Shape shape, List<Graph.Value> operands) {
      this.nest = nest;
      this.shape = shape;
      this.outer = nest.all();
      this.loops = new ArrayList<>(nest.loops());
      this.operands = operands;
      this.source = operands.get(0);
      this.extents = algebra.graph().node(source.node()).shape();
      this.wired = new Integer[extents.size()];
    }

    Graph.Value of(Op.Read read) {
      for (int k = 0; k < read.positions().size(); k++) {
        int axis = source.allAxes().get(k);
        if (read.positions().get(k) instanceof Op.Position.Number number) {
          number(axis, numbers(operands.get(number.operand()), number.axes(), outer));
        } else {
          Op.Position.At position = (Op.Position.At) read.positions().get(k);
          at(axis, over(position.affine(), outer), position.divisor());
        }
      }
      View view = new View(source.node(), List.of(wired));
      if (factors.isEmpty() && view.axes().stream().distinct().count() == view.axes().size()) {
        return arranged(source.node(), outer.stream().map(loop -> loop == NONE ? NONE : view.axes().indexOf(loop)).toList(), shape);
      }
      factors.add(0, view);
      return nest.value(algebra.contraction(loops, nest.loops().size(), factors.toArray(View[]::new)));
    }

    /** Adds a loop for an axis of the source and returns its counter; 0 for an axis with one entry. */
    private Affine position(int axis) {
      if (axis == NONE) {
        return Affine.constant(0);
      }
      wired[axis] = loops.size();
      loops.add(extents.get(axis));
      return Affine.axis(wired[axis]);
    }

    private void number(int axis, View numbers) {
      Affine position = position(axis);
      View counted = position.terms().isEmpty() ? algebra.numberView(Rational.ZERO)
          : new View(algebra.graph().add(Node.Leaf.counter(extents.get(axis))), List.of(wired[axis]));
      factors.add(equal(counted, numbers, loops));
    }

    /** Adds an axis for the remainder of a division, which is summed over: {@code at == divisor * position + remainder}. */
    private void at(int axis, Affine at, long divisor) {
      if (divisor == 1 && axis != NONE && isAxis(at) && loops.get(at.terms().get(0).axis()).equals(extents.get(axis))) {
        wired[axis] = at.terms().get(0).axis();
        return;
      }
      Affine difference = at.minus(position(axis).times(divisor));
      if (divisor > 1) {
        loops.add(Extent.of((int) divisor));
        difference = difference.minus(Affine.axis(loops.size() - 1));
      }
      View relation = Relation.view(algebra, Relation.Kind.ZERO, difference, loops);
      if (!isOne(relation)) {
        factors.add(relation);
      }
    }
  }

  private boolean isOne(View view) {
    return algebra.graph().node(view.node()) instanceof Node.Sum sum && sum.isNumber() && sum.constant().isOne();
  }

  private static boolean isAxis(Affine affine) {
    return affine.constant().isZero() && affine.terms().size() == 1 && affine.terms().get(0).coefficient() == 1;
  }

  /** Returns the expression over loops; an axis with one entry has subscript 0. */
  private static Affine over(Affine affine, List<Integer> outer) {
    return Affine.of(affine.terms().stream().filter(term -> outer.get(term.axis()) != NONE)
        .map(term -> new Relation.Term(outer.get(term.axis()), term.coefficient())).toList(), affine.constant());
  }

  private static View numbers(Graph.Value value, List<Integer> axes, List<Integer> outer) {
    List<Integer> own = value.allAxes();
    Integer[] wired = new Integer[(int) own.stream().filter(axis -> axis != NONE).count()];
    IntStream.range(0, axes.size()).filter(k -> own.get(k) != NONE).forEach(k -> wired[own.get(k)] = outer.get(axes.get(k)));
    return new View(value.node(), List.of(wired));
  }

  /** Returns 1 if both are equal and otherwise 0, as a factor. */
  private View equal(View one, View other, List<Extent> loops) {
    List<Integer> axes = Stream.concat(one.axes().stream(), other.axes().stream()).distinct().toList();
    List<Extent> shape = axes.stream().map(loops::get).toList();
    int node = algebra.apply(Fn.EQUAL, shape, rewired(one, axes), rewired(other, axes));
    return new View(node, axes);
  }

  private static View rewired(View view, List<Integer> axes) {
    return new View(view.node(), view.axes().stream().map(axes::indexOf).toList());
  }

  Graph.Value align(Op.Align align, Shape shape, Graph.Value operand) {
    List<Integer> own = operand.allAxes();
    List<Integer> axes = IntStream.range(0, shape.axes().size()).mapToObj(k -> {
      int from = align.axes().indexOf(k);
      return from < 0 ? NONE : own.get(from);
    }).toList();
    return arranged(operand.node(), axes, shape);
  }

  Graph.Value fold(Op.Fold fold, Shape shape, Graph.Value operand, Shape of) {
    if (fold.kind() == Op.Kind.MIN) {
      Arithmetic arithmetic = new Arithmetic(matrices);
      return arithmetic.scaled(Rational.MINUS_ONE,
          fold(new Op.Fold(Op.Kind.MAX, fold.kept()), shape, arithmetic.scaled(Rational.MINUS_ONE, operand), of));
    }
    Nest all = ExpressionLowering.nest(of);
    List<Integer> inner = all.all();
    List<Integer> kept = fold.kept().stream().map(inner::get).filter(loop -> loop != NONE).toList();
    List<Integer> order = new ArrayList<>(kept);
    IntStream.range(0, all.loops().size()).filter(loop -> !kept.contains(loop)).forEach(order::add);
    List<Extent> loops = order.stream().map(all.loops()::get).toList();
    List<Integer> renamed = inner.stream().map(loop -> loop == NONE ? NONE : order.indexOf(loop)).toList();
    View view = Matrices.wired(operand, renamed);
    List<Integer> axes = fold.kept().stream().map(axis -> inner.get(axis) == NONE ? NONE : kept.indexOf(inner.get(axis))).toList();
    if (loops.size() == kept.size() && view.isIdentity(kept.size())) {
      return arranged(operand.node(), axes, shape);
    }
    int node = loops.size() == kept.size() ? algebra.sum(loops, List.of(view)) : fold.kind() == Op.Kind.SUM
        ? sum(loops, kept.size(), view) : algebra.graph().add(new Node.Max(loops, kept.size(), view, true));
    return arranged(node, axes, shape);
  }

  /**
   * Returns the sum of a product, merged with the reads among its factors: reverse mode then has one product to differentiate. Named values stay
   * factors, with gradients of their own.
   */
  private int sum(List<Extent> loops, int rank, View view) {
    return algebra.graph().add(Resolution.flattened(new Node.Product(loops, rank, List.of(view)), algebra.graph()::node,
        product -> product.isSumming() ? Resolution.isNeeded(product, algebra.graph()::node) : !matrices.isNamed(product)));
  }

  Graph.Value counter(Shape shape) {
    Nest nest = ExpressionLowering.nest(shape);
    return nest.loops().isEmpty() ? matrices.number(Rational.ZERO) : nest.value(algebra.graph().add(Node.Leaf.counter(nest.loops().get(0))));
  }

  Graph.Value holds(Op.Holds holds, Shape shape) {
    Nest nest = ExpressionLowering.nest(shape);
    List<Integer> outer = nest.all();
    View view = Relation.view(algebra, holds.kind(), over(holds.affine(), outer), nest.loops());
    return arranged(view.node(), outer.stream().map(loop -> loop == NONE ? NONE : view.axes().indexOf(loop)).toList(), shape);
  }
}
