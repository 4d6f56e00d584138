package dev.nngen.explain;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Multiplies a product into the sum that stands in it where that cancels something, as one does by hand:
 * {@code (-Y ./ A + (1 - Y) ./ (1 - A)) .* A .* (1 - A)} is {@code -Y .* (1 - A) + (1 - Y) .* A}.
 */
final class Cancellation {

  /** The value after cancelling, and what was cancelled. */
  record Result(int node, Set<View> cancelled) {}

  private final Algebra algebra;
  private final Set<Integer> named;
  private final Predicate<View> nonzero;

  /** @param nonzero whether a value is known not to be zero; what is not stays */
  Cancellation(Algebra algebra, Set<Integer> named, Predicate<View> nonzero) {
    this.algebra = algebra;
    this.named = named;
    this.nonzero = nonzero;
  }

  /** What is left of the product over the given axes; empty where nothing cancels. */
  Optional<Result> of(int node) {
    List<Extent> shape = algebra.graph().node(node).shape();
    Factors all = new Factors(algebra.graph(), named).times(algebra.view(node), 1);
    for (Map.Entry<View, Integer> entry : List.copyOf(all.powers().entrySet())) {
      if (entry.getValue() == 1 && isSum(entry.getKey())) {
        Optional<Result> result = distribute(all, entry.getKey(), shape);
        if (result.isPresent()) {
          return result;
        }
      }
    }
    return Optional.empty();
  }

  private boolean isSum(View view) {
    return !named.contains(view.node()) && algebra.graph().node(view.node()) instanceof Node.Sum sum
        && sum.constant().isZero() && sum.terms().size() > 1;
  }

  private Optional<Result> distribute(Factors all, View view, List<Extent> shape) {
    Factors rest = all.copy();
    rest.remove(view);
    Factors scalars = new Factors(algebra.graph(), named).times(rest.coefficient());
    Factors inner = new Factors(algebra.graph(), named);
    rest.powers().forEach((factor, exponent) -> (factor.axes().isEmpty() ? scalars : inner).times(factor, exponent));
    List<Term> terms = new ArrayList<>();
    Set<View> cancelled = new LinkedHashSet<>();
    for (Term term : ((Node.Sum) algebra.graph().node(view.node())).terms()) {
      Factors factors = new Factors(algebra.graph(), named).times(term.view().through(view.axes()), 1);
      Factors product = inner.copy().times(factors);
      cancelled.addAll(product.cancelled());
      terms.add(new Term(term.coefficient().times(product.coefficient()), algebra.view(node(product, shape))));
    }
    if (cancelled.isEmpty() || !cancelled.stream().allMatch(nonzero)) {
      return Optional.empty();
    }
    int sum = algebra.graph().add(new Node.Sum(shape, Rational.ZERO, terms));
    Factors whole = scalars.copy().times(algebra.view(sum), 1);
    return Optional.of(new Result(scaled(node(whole, shape), whole.coefficient()), cancelled));
  }

  private int node(Factors factors, List<Extent> shape) {
    List<View> views = new ArrayList<>();
    factors.powers().forEach((factor, exponent) -> {
      if (exponent != 0) {
        views.add(exponent == 1 ? factor : raised(factor, exponent, shape));
      }
    });
    if (views.isEmpty()) {
      views.add(algebra.numberView(Rational.ONE));
    }
    return views.size() == 1 ? algebra.materialize(shape, views.get(0)) : algebra.product(shape, views.toArray(View[]::new));
  }

  private View raised(View factor, int exponent, List<Extent> shape) {
    List<Extent> own = factor.axes().stream().map(shape::get).toList();
    int rank = own.size();
    return new View(algebra.power(own, View.identity(factor.node(), rank), Rational.of(exponent)), factor.axes());
  }

  private int scaled(int node, Rational factor) {
    return factor.isOne() ? node : algebra.scaled(factor, node);
  }
}
