package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Matrices.Nest;
import dev.nngen.model.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds operations on matrices from the graph's primitives. Numbers become coefficients, constants and exponents. */
final class Arithmetic {

  private final Matrices matrices;
  private final Algebra algebra;

  Arithmetic(Matrices matrices) {
    this.matrices = matrices;
    this.algebra = matrices.algebra();
  }

  /** Returns {@code a + factor * b}. */
  Graph.Value add(Graph.Value a, Rational factor, Graph.Value b) {
    Nest nest = matrices.nest(List.of(a, b));
    List<Node.Term> terms = new ArrayList<>();
    Rational constant = term(Rational.ONE, a, nest, terms).plus(term(factor, b, nest, terms));
    return nest.value(algebra.linear(nest.loops(), constant, terms.toArray(Node.Term[]::new)));
  }

  /** Adds a term, or returns its contribution to the constant. */
  private Rational term(Rational factor, Graph.Value value, Nest nest, List<Node.Term> terms) {
    Optional<Rational> number = matrices.number(value);
    if (number.isEmpty()) {
      terms.add(new Node.Term(factor, nest.view(value)));
    }
    return number.map(factor::times).orElse(Rational.ZERO);
  }

  Graph.Value scaled(Rational factor, Graph.Value a) {
    Optional<Rational> number = matrices.number(a);
    if (factor.isOne() || number.isPresent()) {
      return number.map(n -> matrices.number(n.times(factor))).orElse(a);
    }
    Nest nest = matrices.nest(List.of(a));
    return nest.value(algebra.linear(nest.loops(), Rational.ZERO, new Node.Term(factor, nest.view(a))));
  }

  /** Multiplies entrywise. */
  Graph.Value multiply(Graph.Value a, Graph.Value b) {
    Optional<Rational> left = matrices.number(a);
    Optional<Rational> right = matrices.number(b);
    if (left.isPresent() || right.isPresent()) {
      return left.isPresent() ? scaled(left.get(), b) : scaled(right.get(), a);
    }
    Nest nest = matrices.nest(List.of(a, b));
    return nest.value(algebra.product(nest.loops(), nest.view(a), nest.view(b)));
  }

  /** Divides entrywise. */
  Graph.Value divide(Graph.Value a, Graph.Value b) {
    Optional<Rational> divisor = matrices.number(b).filter(n -> !n.isZero());
    return divisor.isPresent() ? scaled(divisor.get().reciprocal(), a) : multiply(a, power(b, Rational.MINUS_ONE));
  }

  Graph.Value power(Graph.Value a, Rational exponent) {
    Nest nest = matrices.nest(List.of(a));
    if (exponent.isZero()) {
      return matrices.spread(matrices.number(Rational.ONE), nest);
    }
    return exponent.isOne() ? a : nest.value(algebra.power(nest.loops(), nest.view(a), exponent));
  }

  Graph.Value power(Graph.Value a, Graph.Value exponent) {
    Optional<Rational> number = matrices.number(exponent);
    return number.isPresent() ? power(a, number.get()) : apply(Fn.POW, List.of(a, exponent));
  }

  Graph.Value apply(Fn fn, List<Graph.Value> arguments) {
    Nest nest = matrices.nest(arguments);
    return nest.value(algebra.apply(fn, nest.loops(), arguments.stream().map(nest::view).toArray(View[]::new)));
  }

  /** Returns {@code 1 - a}. */
  Graph.Value not(Graph.Value truth) {
    return add(matrices.number(Rational.ONE), Rational.MINUS_ONE, truth);
  }

  /** Returns 1 for entries that are not 0, otherwise 0; a value that is already 0 or 1 is returned unchanged. */
  Graph.Value truth(Graph.Value a) {
    return isTruth(a.node()) ? a : not(apply(Fn.EQUAL, List.of(a, matrices.number(Rational.ZERO))));
  }

  /** Whether the node is a condition on values or indices, or built from conditions by {@code &&} and {@code !}. */
  private boolean isTruth(int id) {
    Node node = algebra.graph().node(id);
    boolean isNot = node instanceof Node.Sum sum && sum.constant().isOne() && sum.terms().size() == 1 && sum.terms().get(0).coefficient().equals(Rational.MINUS_ONE);
    boolean isAnd = node instanceof Node.Product product && !product.isSumming();
    return node instanceof Node.Apply apply && apply.fn().isIndicator() || node instanceof Node.Leaf leaf && leaf.relation().isPresent()
        || (isNot || isAnd) && node.operands().stream().allMatch(operand -> isTruth(operand.node()));
  }

  /** Multiplies matrices: the rows of a and the columns of b are kept; the columns of a and the rows of b are summed over. */
  Graph.Value matrixProduct(Graph.Value a, Graph.Value b) {
    Nest outer = Nest.of(matrices.rows(a), matrices.columns(b));
    List<Extent> loops = new ArrayList<>(outer.loops());
    List<Integer> inner = append(loops, matrices.columns(a));
    return outer.value(algebra.contraction(loops, outer.loops().size(),
        Matrices.wired(a, outer.rows(), inner), Matrices.wired(b, inner, outer.columns())));
  }

  /** Multiplies two matrices for each sample; their common axis of samples is kept. */
  Graph.Value sampledProduct(Graph.Value a, Graph.Value b, boolean samplesInRows) {
    int rowOf = samplesInRows ? 1 : 0;
    int columnOf = samplesInRows ? 2 : 1;
    int sampleOf = samplesInRows ? 0 : 2;
    List<Integer> left = a.allAxes();
    List<Integer> right = b.allAxes();
    List<Optional<Extent>> shape = new ArrayList<>(List.of(Optional.empty(), Optional.empty(), Optional.empty()));
    shape.set(rowOf, extent(a, left.get(rowOf)));
    shape.set(columnOf, extent(b, right.get(columnOf)));
    shape.set(sampleOf, Optional.of(Extent.BATCH));
    Nest outer = samplesInRows ? Nest.of(shape.subList(0, 2), shape.subList(2, 3)) : Nest.of(shape.subList(0, 1), shape.subList(1, 3));
    List<Integer> kept = outer.all();
    List<Extent> loops = new ArrayList<>(outer.loops());
    int inner = append(loops, List.of(extent(a, left.get(columnOf)))).get(0);
    List<Integer> first = new ArrayList<>(kept);
    first.set(columnOf, inner);
    List<Integer> second = new ArrayList<>(kept);
    second.set(rowOf, inner);
    return outer.value(algebra.contraction(loops, outer.loops().size(), Matrices.wired(a, first), Matrices.wired(b, second)));
  }

  private Optional<Extent> extent(Graph.Value value, int axis) {
    return axis == Graph.Value.NONE ? Optional.empty() : Optional.of(algebra.graph().node(value.node()).shape().get(axis));
  }

  /** Returns the sum or the maximum over rows, over columns or over both; dimensions of one are not axes. */
  Graph.Value reduce(Op.Kind kind, boolean overRows, boolean overColumns, Graph.Value a) {
    if (kind == Op.Kind.MIN) {
      return scaled(Rational.MINUS_ONE, reduce(Op.Kind.MAX, overRows, overColumns, scaled(Rational.MINUS_ONE, a)));
    }
    List<Optional<Extent>> one = List.of(Optional.empty());
    Nest kept = Nest.of(overRows ? one : matrices.rows(a), overColumns ? one : matrices.columns(a));
    List<Extent> loops = new ArrayList<>(kept.loops());
    List<Integer> rows = overRows ? append(loops, matrices.rows(a)) : kept.rows();
    List<Integer> columns = overColumns ? append(loops, matrices.columns(a)) : kept.columns();
    int rank = kept.loops().size();
    if (loops.size() == rank) {
      return a;
    }
    View view = Matrices.wired(a, rows, columns);
    return kept.value(kind == Op.Kind.SUM
        ? algebra.contraction(loops, rank, view) : algebra.graph().add(new Node.Max(loops, rank, view)));
  }

  Graph.Value sum(Graph.Value a) {
    return reduce(Op.Kind.SUM, true, true, a);
  }

  /** Returns the derivative, in the shape of the variable. */
  Graph.Value derivative(Graph.Value scalar, Graph.Value variable) {
    List<Extent> shape = algebra.graph().node(variable.node()).shape();
    int node = algebra.graph().add(new Node.Derivative(shape, algebra.view(scalar.node()), algebra.view(variable.node())));
    return variable.at(node);
  }

  /** Adds a loop for each axis with more than one entry, and returns the loops; an axis with one entry has NONE. */
  private static List<Integer> append(List<Extent> loops, List<Optional<Extent>> extents) {
    List<Integer> axes = new ArrayList<>();
    for (Optional<Extent> extent : extents) {
      axes.add(extent.isEmpty() ? Graph.Value.NONE : loops.size());
      extent.ifPresent(loops::add);
    }
    return axes;
  }
}
