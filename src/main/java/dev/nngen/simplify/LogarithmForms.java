package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.Exponentials.Split;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the logarithm of a product by its factors, and of a sum of exponentials by its largest exponent: log(sum_i a_i e^(u_i)) = M + log(sum_i a_i
 * e^(u_i - M)) with M = max_i u_i, over terms and over axes.
 */
record LogarithmForms(FormBuilder builder, RationalForms rationals, Exponentials exponentials, ExponentShifts shifts) {

  /** Returns forms of log(1 + value). */
  List<View> ofOneAnd(View value) {
    return of(builder.sum(Rational.ONE, exponentials.terms(List.of(value)), false));
  }

  /** Returns forms of the logarithm of a value. */
  List<View> of(View value) {
    List<View> forms = new ArrayList<>();
    byFactors(builder.factored(value)).ifPresent(forms::add);
    for (boolean isTransparent : List.of(false, true)) {
      RationalFunction function = rationals.reading().of(value, isTransparent);
      List<FactoredTerm> logs = new ArrayList<>();
      boolean isPossible = function.coefficient().signum() > 0;
      if (isPossible && !function.coefficient().isOne()) {
        logs.add(FactoredTerm.of(builder.apply(Fn.LOG, List.of(builder.number(function.coefficient())))));
      }
      for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
        Optional<List<FactoredTerm>> log = logarithm(factor.getKey());
        isPossible &= log.isPresent();
        log.ifPresent(parts -> parts.forEach(part -> logs.add(part.times(Rational.of(factor.getValue())))));
      }
      if (isPossible && !logs.isEmpty()) {
        forms.add(builder.sum(Rational.ZERO, exponentials.terms(logs.stream().map(builder::product).toList()), false));
      }
    }
    return forms;
  }

  /** Returns forms of the logarithm of an entry that data select: the selected entry of logarithms, if an entry is always selected. */
  List<View> ofPicked(View value) {
    if (!(builder.node(value) instanceof Node.Product product) || product.loops().size() != product.rank() + 1) {
      return List.of();
    }
    FactoredTerm all = product.factors().stream().map(builder::opened).reduce(FactoredTerm.ONE, FactoredTerm::times);
    List<View> indicators = all.powers().keySet().stream().filter(view -> rationals.reading().picks(view, product.rank())).toList();
    if (indicators.size() != 1 || !builder.judge().of(builder.contraction(product.loops(), product.rank(), List.of(FactoredTerm.of(indicators.get(0))))).isOne()) {
      return List.of();
    }
    return of(builder.product(all.without(indicators.get(0)))).stream().map(log -> builder.contraction(
        product.loops(), product.rank(), List.of(FactoredTerm.of(indicators.get(0)), builder.factored(log))).rewire(value.axes())).toList();
  }

  /** Applies log(a b^k) = log(a) + k log(b) for positive factors. */
  private Optional<View> byFactors(FactoredTerm term) {
    List<FactoredTerm> logs = new ArrayList<>();
    if (term.coefficient().signum() <= 0 || term.isSingle() && shifts.maximum(term.first()).isEmpty()) {
      return Optional.empty();
    }
    if (!term.coefficient().isOne()) {
      logs.add(FactoredTerm.of(builder.apply(Fn.LOG, List.of(builder.number(term.coefficient())))));
    }
    for (Map.Entry<View, Rational> factor : term.powers().entrySet()) {
      if (!builder.judge().isNonNegative(factor.getKey())) {
        return Optional.empty();
      }
      factorLogarithm(factor.getKey()).forEach(log -> logs.add(log.times(factor.getValue())));
    }
    return Optional.of(builder.sum(Rational.ZERO, exponentials.terms(logs.stream().map(builder::product).toList()), false));
  }

  /** Returns the logarithm of a value that is not expanded, simplified by its function alone. */
  private List<FactoredTerm> factorLogarithm(View view) {
    if (exponentials.isExponential(view)) {
      return List.of(builder.factored(exponentials.argument(view)));
    }
    Optional<View> maximum = shifts.maximum(view);
    if (maximum.isPresent()) {
      return List.of(builder.factored(maximum.get()), FactoredTerm.of(ofLowered(view, maximum.get())));
    }
    return List.of(FactoredTerm.of(builder.apply(Fn.LOG, List.of(view))));
  }

  /** Returns log(e^-M sum_i e^(u_i)). With a term 1 it is log1p(expm1(-M) + the others), which is accurate if all others are small. */
  private View ofLowered(View sum, View maximum) {
    List<FactoredTerm> parts = exponentials.parts(sum);
    if (!parts.contains(FactoredTerm.ONE)) {
      return builder.apply(Fn.LOG, List.of(shifts.loweredSum(sum, maximum)));
    }
    List<FactoredTerm> lowered = new ArrayList<>(parts.stream().filter(part -> !part.equals(FactoredTerm.ONE)).map(part -> shifts.lowered(part, maximum)).toList());
    lowered.add(FactoredTerm.of(builder.apply(Fn.EXPM1, List.of(builder.scaled(Rational.MINUS_ONE, maximum)))));
    return builder.apply(Fn.LOG1P, List.of(builder.sum(Rational.ZERO, lowered, false)));
  }

  /** Returns the logarithm of a factor, empty if the factor is not known to be positive. */
  private Optional<List<FactoredTerm>> logarithm(Polynomial factor) {
    if (factor.isVariable()) {
      View view = rationals.reading().view(factor.asVariable());
      return builder.judge().isNonNegative(view) ? Optional.of(factorLogarithm(view)) : Optional.empty();
    }
    View written = rationals.writing().written(RationalFunction.of(factor));
    if (builder.judge().range(written).isNegative()) {
      return Optional.empty();
    }
    if (shifts.maximum(written).isPresent()) {
      return Optional.of(factorLogarithm(written));
    }
    List<FactoredTerm> terms = factor.terms().descendingMap().entrySet().stream()
        .map(term -> builder.factored(rationals.writing().written(RationalFunction.of(Polynomial.term(Rational.ONE, term.getKey())))).times(term.getValue())).toList();
    List<Split> splits = terms.stream().map(exponentials::split).toList();
    if (splits.size() == 2 && splits.stream().allMatch(split -> split.rest().isNumber())) {
      return Optional.of(List.of(FactoredTerm.of(builder.apply(Fn.LOG, List.of(written)))));
    }
    if (terms.stream().noneMatch(exponentials::isGrowing)) {
      return builder.judge().isPositive(written) ? Optional.of(List.of(FactoredTerm.of(builder.apply(Fn.LOG, List.of(written))))) : Optional.empty();
    }
    return logarithm(splits, builder.judge().isPositive(written));
  }

  private Optional<List<FactoredTerm>> logarithm(List<Split> terms, boolean isPositive) {
    List<View> positive = terms.stream().filter(term -> term.rest().coefficient().signum() > 0).map(Split::exponent).toList();
    if (!isPositive && positive.size() < terms.size() || positive.isEmpty()
        || terms.stream().anyMatch(term -> !term.rest().isNumber() && !builder.judge().isPositive(builder.product(term.rest().unit())))) {
      return Optional.empty();
    }
    View maximum = positive.stream().reduce((a, b) -> builder.apply(Fn.MAXIMUM, List.of(a, b))).orElseThrow();
    List<FactoredTerm> lowered = terms.stream().map(term -> term.rest().times(exponentials.exp(exponentials.difference(term.exponent(), maximum)))).toList();
    return Optional.of(List.of(builder.factored(maximum), FactoredTerm.of(builder.apply(Fn.LOG, List.of(builder.sum(Rational.ZERO, lowered, true))))));
  }
}
