package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.Exponentials.Split;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shifts all exponents of a sum of exponentials by the largest one (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax
 * functions, 2021). The sum is over an axis, or over terms some of which are sums over axes.
 */
record ExponentShifts(FormBuilder builder, Exponentials exponentials) {

  /** Returns the largest exponent of a sum over axes, or of a sum with such a term like 1 + sum e^u. Empty for other values. */
  Optional<View> maximum(View sum) {
    if (builder.node(sum) instanceof Node.Product product && product.isSumming()) {
      return overAxes(sum, product);
    }
    List<FactoredTerm> parts = exponentials.parts(sum);
    return parts.stream().anyMatch(part -> summed(part).isPresent()) && parts.stream().allMatch(part -> builder.judge().isPositive(builder.product(part)))
        ? parts.stream().map(this::exponent).reduce((a, b) -> builder.apply(Fn.MAXIMUM, List.of(a, b))) : Optional.empty();
  }

  /** Returns the factor of a term that is a sum over axes of unbounded exponentials. */
  Optional<View> summed(FactoredTerm term) {
    return term.powers().entrySet().stream().filter(factor -> factor.getValue().isOne() && builder.node(factor.getKey()) instanceof Node.Product product
        && product.isSumming() && overAxes(factor.getKey(), product).isPresent()).map(Map.Entry::getKey).findFirst();
  }

  /** Returns the exponent of a term's exponentials plus the largest exponent of its sum over axes. */
  private View exponent(FactoredTerm term) {
    Optional<View> sum = summed(term);
    View rest = exponentials.split(sum.map(term::without).orElse(term)).exponent();
    return sum.flatMap(this::maximum).map(largest -> builder.sum(Rational.ZERO, exponentials.terms(List.of(largest, rest)), true)).orElse(rest);
  }

  private Optional<View> overAxes(View sum, Node.Product product) {
    if (product.factors().size() > 1) {
      return Optional.empty();
    }
    FactoredTerm term = builder.opened(product.factors().get(0));
    Split split = exponentials.split(term);
    boolean isSummed = split.exponent().axes().stream().anyMatch(axis -> axis >= product.rank());
    if (!isSummed || !exponentials.isGrowing(term)) {
      return Optional.empty();
    }
    View compared = split.rest().isNumber() || builder.judge().isPositive(builder.product(split.rest())) ? split.exponent()
        : exponentials.where(split.rest(), split.exponent());
    return Optional.of(builder.max(product.loops(), product.rank(), compared).rewire(sum.axes()));
  }

  /** Multiplies the term by e^-by: reduces the exponents of its exponentials and sums over axes. */
  FactoredTerm lowered(FactoredTerm term, View by) {
    Optional<View> sum = summed(term);
    if (sum.isEmpty()) {
      Split split = exponentials.split(term);
      return split.rest().times(exponentials.exp(exponentials.difference(split.exponent(), by)));
    }
    Split others = exponentials.split(term.without(sum.get()));
    View shift = exponentials.difference(by, others.exponent());
    return others.rest().times(sum.get().axes().containsAll(shift.axes()) ? builder.factored(within(sum.get(), shift))
        : outside(sum.get(), shift));
  }

  /**
   * Multiplies the sum by e^-by, where {@code by} has axes that the sum lacks. The sum is shifted by its own largest exponent; the difference is a
   * factor.
   */
  private FactoredTerm outside(View sum, View by) {
    View own = maximum(sum).orElseThrow();
    return builder.factored(within(sum, own)).times(exponentials.exp(exponentials.difference(own, by)));
  }

  /** Returns the terms of a sum, each times e^-by. */
  List<FactoredTerm> loweredParts(View sum, View by) {
    return exponentials.parts(sum).stream().map(part -> lowered(part, by)).toList();
  }

  /** Returns the sum times e^-by. */
  View loweredSum(View sum, View by) {
    return builder.node(sum) instanceof Node.Product ? builder.product(lowered(FactoredTerm.of(sum), by))
        : builder.sum(Rational.ZERO, loweredParts(sum, by), true);
  }

  /** Returns the sum over axes with a factor e^-by in each term. */
  private View within(View sum, View by) {
    Node.Product product = (Node.Product) builder.node(sum);
    Split split = exponentials.split(builder.opened(product.factors().get(0)));
    FactoredTerm exponential = exponentials.exp(exponentials.difference(split.exponent(), FormBuilder.inverse(by, sum.axes())));
    FactoredTerm term = split.rest().times(exponential);
    boolean isGuarded = split.rest().powers().keySet().stream().anyMatch(builder::isIndicator);
    return builder.contraction(product.loops(), product.rank(), List.of(isGuarded ? builder.factored(builder.product(term)) : term)).rewire(sum.axes());
  }
}
