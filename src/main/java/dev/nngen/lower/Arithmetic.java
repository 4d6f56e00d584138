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

/** Operations on matrices as the graph's primitives. Numbers become coefficients, constants and exponents. */
final class Arithmetic {

  private final Matrices matrices;
  private final Algebra algebra;

  Arithmetic(Matrices matrices) {
    this.matrices = matrices;
    this.algebra = matrices.algebra();
  }

  /** {@code a + factor * b}. */
  Graph.Value add(Graph.Value a, Rational factor, Graph.Value b) {
    Nest nest = matrices.nest(List.of(a, b));
    List<Node.Term> terms = new ArrayList<>();
    Rational constant = term(Rational.ONE, a, nest, terms).plus(term(factor, b, nest, terms));
    return nest.value(algebra.linear(nest.loops(), constant, terms.toArray(Node.Term[]::new)));
  }

  /** Adds a term, or returns what it adds to the constant. */
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

  /** Entry by entry. */
  Graph.Value multiply(Graph.Value a, Graph.Value b) {
    Optional<Rational> left = matrices.number(a);
    Optional<Rational> right = matrices.number(b);
    if (left.isPresent() || right.isPresent()) {
      return left.isPresent() ? scaled(left.get(), b) : scaled(right.get(), a);
    }
    Nest nest = matrices.nest(List.of(a, b));
    return nest.value(algebra.product(nest.loops(), nest.view(a), nest.view(b)));
  }

  /** Entry by entry. */
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

  /** {@code 1 - a}. */
  Graph.Value not(Graph.Value truth) {
    return add(matrices.number(Rational.ONE), Rational.MINUS_ONE, truth);
  }

  /** 1 where the entry is not 0; what is 0 or 1 already is taken as it is. */
  Graph.Value truth(Graph.Value a) {
    boolean indicator = algebra.graph().node(a.node()) instanceof Node.Apply apply && apply.fn().isIndicator();
    return indicator ? a : not(apply(Fn.EQUAL, List.of(a, matrices.number(Rational.ZERO))));
  }

  Graph.Value matrixProduct(Graph.Value a, Graph.Value b) {
    Nest outer = Nest.of(matrices.rows(a), matrices.columns(b));
    List<Extent> loops = new ArrayList<>(outer.loops());
    matrices.columns(a).ifPresent(loops::add);
    int inner = loops.size() - 1;
    return outer.value(algebra.contraction(loops, outer.loops().size(),
        Matrices.wired(a, outer.row(), inner), Matrices.wired(b, inner, outer.column())));
  }

  /** The sum or the maximum over rows, over columns or over both; dimensions of one are no axes. */
  Graph.Value reduce(Op.Kind kind, boolean overRows, boolean overColumns, Graph.Value a) {
    if (kind == Op.Kind.MIN) {
      return scaled(Rational.MINUS_ONE, reduce(Op.Kind.MAX, overRows, overColumns, scaled(Rational.MINUS_ONE, a)));
    }
    Nest kept = Nest.of(matrices.rows(a).filter(e -> !overRows), matrices.columns(a).filter(e -> !overColumns));
    List<Extent> loops = new ArrayList<>(kept.loops());
    int row = overRows && matrices.rows(a).isPresent() ? append(loops, matrices.rows(a).get()) : kept.row();
    int column = overColumns && matrices.columns(a).isPresent() ? append(loops, matrices.columns(a).get()) : kept.column();
    int rank = kept.loops().size();
    if (loops.size() == rank) {
      return a;
    }
    View view = Matrices.wired(a, row, column);
    return kept.value(kind == Op.Kind.SUM
        ? algebra.contraction(loops, rank, view) : algebra.graph().add(new Node.Max(loops, rank, view)));
  }

  Graph.Value sum(Graph.Value a) {
    return reduce(Op.Kind.SUM, true, true, a);
  }

  /** Shaped like the variable. */
  Graph.Value derivative(Graph.Value scalar, Graph.Value variable) {
    List<Extent> shape = algebra.graph().node(variable.node()).shape();
    int node = algebra.graph().add(new Node.Derivative(shape, algebra.view(scalar.node()), algebra.view(variable.node())));
    return new Graph.Value(node, variable.row(), variable.column());
  }

  private static int append(List<Extent> loops, Extent extent) {
    loops.add(extent);
    return loops.size() - 1;
  }
}
