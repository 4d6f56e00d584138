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
 * Cancels common factors of numerator and denominator, and distributes a product over a sum if something cancels then, as by hand:
 * {@code (-Y ./ A + (1 - Y) ./ (1 - A)) .* A .* (1 - A)} is {@code -Y .* (1 - A) + (1 - Y) .* A}.
 */
final class Cancellation {

  /** The value after cancellation, and the cancelled factors. */
  record Result(int node, Set<View> cancelled) {}

  private final Algebra algebra;
  private final Set<Integer> named;
  private final Predicate<View> nonzero;

  /**
   * @param nonzero true for a value that is known to be nonzero; others do not cancel
   */
  Cancellation(Algebra algebra, Set<Integer> named, Predicate<View> nonzero) {
    this.algebra = algebra;
    this.named = named;
    this.nonzero = nonzero;
  }

  /** Returns the value after cancellation, empty if nothing cancels. */
  Optional<Result> of(int node) {
    List<Extent> shape = algebra.graph().node(node).shape();
    Factors all = new Factors(algebra.graph(), named).times(algebra.view(node), 1);
    if (!all.cancelled().isEmpty()) {
      return all.cancelled().stream().allMatch(nonzero)
          ? Optional.of(new Result(scaled(all.over(shape), all.coefficient()), all.cancelled())) : Optional.empty();
    }
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
        && sum.terms().size() + (sum.constant().isZero() ? 0 : 1) > 1;
  }

  private Optional<Result> distribute(Factors all, View view, List<Extent> shape) {
    Factors rest = all.copy();
    rest.remove(view);
    Factors scalars = new Factors(algebra.graph(), named).times(rest.coefficient());
    Factors inner = new Factors(algebra.graph(), named);
    rest.powers().forEach((factor, exponent) -> (factor.axes().isEmpty() && !shape.isEmpty() ? scalars : inner).times(factor, exponent));
    List<Term> terms = new ArrayList<>();
    Set<View> cancelled = new LinkedHashSet<>();
    for (Term term : terms((Node.Sum) algebra.graph().node(view.node()))) {
      Factors factors = new Factors(algebra.graph(), named).times(term.view().rewire(view.axes()), 1);
      Factors product = inner.copy().times(factors);
      cancelled.addAll(product.cancelled());
      terms.add(new Term(term.coefficient().times(product.coefficient()), algebra.view(product.over(shape))));
    }
    if (cancelled.isEmpty() || !cancelled.stream().allMatch(nonzero)) {
      return Optional.empty();
    }
    int sum = algebra.graph().add(new Node.Sum(shape, Rational.ZERO, terms));
    Factors whole = scalars.copy().times(algebra.view(sum), 1);
    return Optional.of(new Result(scaled(whole.over(shape), whole.coefficient()), cancelled));
  }

  /** Returns the terms, including the constant. */
  private List<Term> terms(Node.Sum sum) {
    List<Term> terms = new ArrayList<>(sum.terms());
    if (!sum.constant().isZero()) {
      terms.add(new Term(sum.constant(), algebra.numberView(Rational.ONE)));
    }
    return terms;
  }

  private int scaled(int node, Rational factor) {
    return factor.isOne() ? node : algebra.scaled(factor, node);
  }
}
