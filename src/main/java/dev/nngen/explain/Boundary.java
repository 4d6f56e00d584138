package dev.nngen.explain;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A boundary between pieces of a piecewise function, solved for one value: {@code moving = constant + terms}, entry by entry.
 *
 * @param shape the function's axes, over which the views are
 * @param pieces absolute values in the equation, and their value at this boundary: the argument or its negation
 */
record Boundary(List<Extent> shape, View moving, Rational constant, List<Term> terms, Map<View, View> pieces) {

  /**
   * Adds the boundaries {@code left == right}, each with the sign of {@code left - right} above it. An equation with an absolute value has two.
   *
   * @return false if an equation cannot be solved
   */
  static boolean find(Graph.Builder graph, List<Extent> shape, View left, View right, Map<Boundary, Rational> found) {
    Set<Integer> named = graph.names().values().stream().map(Graph.Value::node).collect(Collectors.toSet());
    Linear difference = new Linear(graph, named, Map.of());
    difference.add(Rational.ONE, left);
    difference.add(Rational.MINUS_ONE, right);
    return difference.solve(shape, Rational.ONE, found);
  }

  /** Adds the value at the boundary to the graph and returns its id. */
  int level(Graph.Builder graph) {
    return graph.add(new Node.Sum(shape, constant, terms));
  }

  /** A constant plus multiples of values that have names or are not sums. */
  private static final class Linear {
    private final Graph.Builder graph;
    private final Set<Integer> named;
    private final Map<View, View> pieces;
    private final Map<View, Rational> terms = new LinkedHashMap<>();
    private Rational constant = Rational.ZERO;

    Linear(Graph.Builder graph, Set<Integer> named, Map<View, View> pieces) {
      this.graph = graph;
      this.named = named;
      this.pieces = pieces;
    }

    void add(Rational coefficient, View view) {
      if (graph.node(view.node()) instanceof Node.Sum sum && (sum.isNumber() || !named.contains(view.node()))) {
        constant = constant.plus(coefficient.times(sum.constant()));
        sum.terms().forEach(term -> add(coefficient.times(term.coefficient()), term.view().rewire(view.axes())));
      } else {
        terms.merge(view, coefficient, Rational::plus);
        terms.values().removeIf(Rational::isZero);
      }
    }

    boolean solve(List<Extent> shape, Rational sign, Map<Boundary, Rational> found) {
      View moving = terms.keySet().stream().filter(view -> view.axes().containsAll(axes(shape)))
          .reduce(null, (one, other) -> one == null || other.node() > one.node() ? other : one);
      if (moving == null) {
        return terms.isEmpty();
      }
      Rational coefficient = terms.get(moving);
      Rational side = coefficient.signum() < 0 ? sign.negate() : sign;
      Rational scale = coefficient.reciprocal().negate();
      List<Term> others = new ArrayList<>();
      terms.forEach((view, factor) -> {
        if (!view.equals(moving)) {
          others.add(new Term(factor.times(scale), view));
        }
      });
      others.sort(Comparator.comparing((Term term) -> term.view().node()).thenComparing(term -> term.view().toString()));
      Rational level = constant.times(scale);
      if (!(graph.node(moving.node()) instanceof Node.Apply apply) || apply.fn() != Fn.ABS) {
        found.put(new Boundary(shape, moving, level, others, pieces), side);
        return true;
      }
      View argument = apply.arguments().get(0).rewire(moving.axes());
      if (others.isEmpty() && level.signum() <= 0) {
        return level.signum() < 0 || magnitude(argument, Rational.ONE, Rational.ZERO, others, pieces).solve(shape, side, found);
      }
      View minus = View.identity(graph.add(new Node.Sum(shape, Rational.ZERO, List.of(new Term(Rational.MINUS_ONE, argument)))), shape.size());
      return magnitude(argument, Rational.ONE, level, others, with(moving, argument)).solve(shape, side, found)
          && magnitude(argument, Rational.MINUS_ONE, level, others, with(moving, minus)).solve(shape, side.negate(), found);
    }

    /** Returns the argument of an absolute value minus its level, or plus it. */
    private Linear magnitude(View argument, Rational side, Rational level, List<Term> others, Map<View, View> known) {
      Linear sum = new Linear(graph, named, known);
      sum.add(Rational.ONE, argument);
      sum.constant = sum.constant.minus(side.times(level));
      others.forEach(term -> sum.add(side.negate().times(term.coefficient()), term.view()));
      return sum;
    }

    private Map<View, View> with(View magnitude, View piece) {
      Map<View, View> all = new LinkedHashMap<>(pieces);
      all.put(magnitude, piece);
      return all;
    }

    private static List<Integer> axes(List<Extent> shape) {
      return View.identity(0, shape.size()).axes();
    }
  }
}
