package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Other forms of what exponentials are in, that stay finite and exact where exponentials overflow or vanish. All are identities:
 *
 * <ul>
 *   <li>log(sum_i a_i e^(u_i)) = M + log(sum_i a_i e^(u_i - M)) with M = max_i u_i, over terms and over axes (Blanchard, Higham
 *       and Higham, Accurately computing the log-sum-exp and softmax functions, 2021)
 *   <li>log(e^u + e^v) = max(u, v) + log1p(e^-|u - v|), log(e^u - e^v) = u + log(-expm1(v - u)) (Maechler, Accurately computing
 *       log(1 - exp(-|a|)), 2012)
 *   <li>e^u / sum_i a_i e^(u_i) = 1 / sum_i a_i e^(u_i - u), and over axes e^(u - M) / sum e^(u - M)
 * </ul>
 */
final class StableForms {

  /** Longer sums are not multiplied out. */
  private static final int LONGEST = 16;
  private static final Rational LOWEST = Rational.parse("-1e300");

  private final FormBuilder builder;
  private final RationalForms rationals;

  StableForms(FormBuilder builder, RationalForms rationals) {
    this.builder = builder;
    this.rationals = rationals;
  }

  // ---- exponentials ----

  private boolean isExponential(View view) {
    return builder.node(view) instanceof Node.Apply apply && apply.fn() == Fn.EXP;
  }

  /** True if a factor is a growing exponential, or a sum with one. */
  boolean hasExponentials(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(factor -> isGrowing(factor) || builder.node(factor) instanceof Node.Sum sum
        && sum.terms().stream().anyMatch(part -> builder.factored(part.view().through(factor.axes())).powers().keySet().stream().anyMatch(this::isGrowing)));
  }

  private View argument(View exponential) {
    return ((Node.Apply) builder.node(exponential)).arguments().get(0).through(exponential.axes());
  }

  private boolean isGrowing(View view) {
    return isExponential(view) && !builder.judge().isNeverPositive(argument(view));
  }

  private View difference(View a, View b) {
    return builder.sum(Rational.ZERO, terms(List.of(a, builder.product(builder.factored(b).times(Rational.MINUS_ONE)))), true);
  }

  /** The terms of a sum of values, sums among them taken apart, so that what they have in common cancels. */
  private List<FactoredTerm> terms(List<View> summands) {
    List<FactoredTerm> terms = new ArrayList<>();
    for (View summand : summands) {
      FactoredTerm term = builder.factored(summand);
      if (term.isSingle() && builder.node(term.first()) instanceof Node.Sum sum && !sum.isNumber()
          && !builder.available().contains(term.first().node())) {
        View inner = term.first();
        terms.add(FactoredTerm.number(sum.constant().times(term.coefficient())));
        sum.terms().forEach(part -> terms.add(builder.factored(part.view().through(inner.axes())).times(part.coefficient()).times(term.coefficient())));
      } else {
        terms.add(term);
      }
    }
    return terms;
  }

  private FactoredTerm exp(View exponent) {
    return builder.isNumber(exponent, Rational.ZERO) ? FactoredTerm.ONE : FactoredTerm.of(builder.apply(Fn.EXP, List.of(exponent)));
  }

  /** The exponentials of a term as one exponent, and the rest. */
  private record Split(View exponent, FactoredTerm rest, boolean isGrowing) {}

  private Split split(FactoredTerm term) {
    List<View> exponents = new ArrayList<>();
    FactoredTerm rest = FactoredTerm.number(term.coefficient());
    boolean isGrowing = false;
    for (Map.Entry<View, Rational> factor : term.powers().entrySet()) {
      if (isExponential(factor.getKey())) {
        exponents.add(builder.product(builder.factored(argument(factor.getKey())).times(factor.getValue())));
        isGrowing |= factor.getValue().signum() < 0 || isGrowing(factor.getKey());
      } else {
        rest = rest.times(factor.getKey(), factor.getValue());
      }
    }
    View exponent = exponents.size() == 1 ? exponents.get(0) : builder.sum(Rational.ZERO, terms(exponents), true);
    return new Split(exponent, rest, isGrowing);
  }

  // ---- quotients ----

  /** Forms of a product of which exponentials are factors. */
  List<View> quotients(FactoredTerm term) {
    List<View> forms = new ArrayList<>();
    for (View exponential : term.powers().keySet()) {
      if (isExponential(exponential) && term.exponent(exponential).signum() > 0 && term.exponent(exponential).isInteger()) {
        for (View sum : term.powers().keySet()) {
          ratio(term, exponential, sum).ifPresent(form -> forms.add(builder.product(form)));
        }
      }
    }
    for (View sum : term.powers().keySet()) {
      if (term.exponent(sum).signum() < 0) {
        shifted(term, sum).ifPresent(form -> forms.add(builder.product(form)));
      }
    }
    joined(term).ifPresent(form -> forms.add(builder.product(form)));
    return forms;
  }

  /** e^u / (a e^u + b e^v) = 1 / (a + b e^(v - u)). */
  private Optional<FactoredTerm> ratio(FactoredTerm term, View exponential, View denominator) {
    Rational below = term.exponent(denominator).negate();
    if (below.signum() <= 0 || !below.isInteger()) {
      return Optional.empty();
    }
    View u = argument(exponential);
    List<FactoredTerm> lowered = new ArrayList<>();
    boolean hasExponential = false;
    for (FactoredTerm part : parts(denominator)) {
      Split split = split(part);
      hasExponential |= !builder.isNumber(split.exponent, Rational.ZERO);
      lowered.add(split.rest.times(exp(difference(split.exponent, u))));
    }
    if (!hasExponential) {
      return Optional.empty();
    }
    Rational copies = term.exponent(exponential).compareTo(below) < 0 ? term.exponent(exponential) : below;
    View quotient = builder.withExpm1(builder.sum(Rational.ZERO, lowered, true));
    return Optional.of(term.times(exponential, copies.negate()).times(denominator, copies)
        .times(builder.factored(quotient).power(-copies.intValueExact())));
  }

  /** The terms of a sum, of which expm1(u) = e^u - 1 is one; none of another value. */
  private List<FactoredTerm> parts(View view) {
    if (builder.node(view) instanceof Node.Apply apply && apply.fn() == Fn.EXPM1) {
      return List.of(exp(argument(view)), FactoredTerm.number(Rational.MINUS_ONE));
    }
    return builder.node(view) instanceof Node.Sum sum && !sum.isNumber() ? apart(FactoredTerm.of(view)) : List.of();
  }

  /** The terms of a sum with the sums among their factors multiplied out, but for those that are available. */
  private List<FactoredTerm> apart(FactoredTerm term) {
    for (View base : term.powers().keySet()) {
      if (term.exponent(base).isOne() && builder.node(base) instanceof Node.Sum sum && !sum.isNumber()
          && !builder.available().contains(base.node())) {
        FactoredTerm rest = term.without(base);
        List<FactoredTerm> terms = new ArrayList<>();
        if (!sum.constant().isZero()) {
          terms.addAll(apart(rest.times(sum.constant())));
        }
        sum.terms().forEach(part ->
            terms.addAll(apart(rest.times(builder.factored(part.view().through(base.axes()))).times(part.coefficient()))));
        return terms.size() > LONGEST ? List.of(term) : terms;
      }
    }
    return List.of(term);
  }

  /** exp(u) exp(v) = exp(u + v). */
  private Optional<FactoredTerm> joined(FactoredTerm term) {
    long exponentials = term.powers().keySet().stream().filter(this::isExponential).count();
    if (exponentials < 2) {
      return Optional.empty();
    }
    Split split = split(term);
    return Optional.of(split.rest.times(exp(split.exponent)));
  }

  // ---- sums over axes ----

  /**
   * The largest exponent in a sum over axes.
   *
   * @param maximum over the axes of the term that the sum is in
   */
  private record Shift(View maximum) {}

  private Optional<Shift> shift(View sum) {
    if (!(builder.node(sum) instanceof Node.Product product) || !product.isSumming() || product.factors().size() > 1) {
      return Optional.empty();
    }
    Split split = split(builder.opened(product.factors().get(0)));
    boolean isSummed = split.exponent.axes().stream().anyMatch(axis -> axis >= product.rank());
    if (!split.isGrowing || !isSummed) {
      return Optional.empty();
    }
    View rest = builder.product(split.rest);
    View compared = split.rest.isNumber() || builder.judge().isPositive(rest) ? split.exponent
        : builder.apply(Fn.WHERE, List.of(condition(split.rest, rest), split.exponent, builder.number(LOWEST)));
    View maximum = builder.max(product.loops(), product.rank(), compared);
    return Optional.of(new Shift(maximum.through(sum.axes())));
  }

  /** Where the factors beside an exponential are positive: itself for an indicator. */
  private View condition(FactoredTerm factors, View value) {
    return factors.isSingle() && builder.isIndicator(factors.first()) ? factors.first()
        : builder.apply(Fn.GREATER, List.of(value, builder.number(Rational.ZERO)));
  }

  /** The sum with all exponents lowered; empty if it has no exponential. */
  private Optional<View> lowered(View sum, View maximum) {
    if (!(builder.node(sum) instanceof Node.Product product) || !product.isSumming() || !sum.axes().containsAll(maximum.axes())) {
      return Optional.empty();
    }
    View own = FormBuilder.inverse(maximum, sum.axes());
    List<FactoredTerm> factors = new ArrayList<>(product.factors().stream().map(builder::opened).toList());
    for (int k = 0; k < factors.size(); k++) {
      Split split = split(factors.get(k));
      if (split.isGrowing) {
        FactoredTerm exponential = exp(difference(split.exponent, own));
        boolean isGuarded = split.rest.powers().keySet().stream().anyMatch(builder::isIndicator);
        factors.set(k, isGuarded ? builder.factored(guarded(split.rest, exponential)) : split.rest.times(exponential));
        return Optional.of(builder.contraction(product.loops(), product.rank(), factors).through(sum.axes()));
      }
    }
    return Optional.empty();
  }

  private View guarded(FactoredTerm rest, FactoredTerm exponential) {
    return builder.product(rest.times(exponential));
  }

  /** e^u / sum e^u = e^(u - M) / sum e^(u - M), also with sums of exponentials above. */
  private Optional<FactoredTerm> shifted(FactoredTerm term, View denominator) {
    Optional<Shift> shift = shift(denominator);
    if (shift.isEmpty() || !term.exponent(denominator).isInteger()) {
      return Optional.empty();
    }
    View maximum = shift.get().maximum;
    int open = term.exponent(denominator).abs().intValueExact();
    FactoredTerm result = term;
    int lowered = 0;
    for (View factor : term.powers().keySet()) {
      Rational exponent = term.exponent(factor);
      if (exponent.signum() > 0 && exponent.isInteger() && lowered < open) {
        int copies = Math.min(open - lowered, exponent.intValueExact());
        Optional<FactoredTerm> form = isExponential(factor) ? Optional.of(exp(difference(argument(factor), maximum)))
            : lowered(factor, maximum).map(builder::factored);
        if (form.isPresent()) {
          result = result.times(factor, Rational.of(-copies)).times(form.get().power(copies));
          lowered += copies;
        }
      }
    }
    int copies = lowered;
    FactoredTerm above = result;
    return copies == 0 ? Optional.empty() : lowered(denominator, maximum).map(sum ->
        above.times(denominator, Rational.of(copies)).times(builder.factored(sum).power(-copies)));
  }

  // ---- logarithms ----

  /** Forms of the logarithm of a value. */
  List<View> logarithms(View value) {
    List<View> forms = new ArrayList<>();
    bySum(value).ifPresent(forms::add);
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
        forms.add(builder.sum(Rational.ZERO, terms(logs.stream().map(builder::product).toList()), false));
      }
    }
    return forms;
  }

  /** Forms of the logarithm of an entry that data pick: the picked entry of logarithms, if an entry is picked for sure. */
  List<View> logarithmsOfPicked(View value) {
    if (!(builder.node(value) instanceof Node.Product product) || product.loops().size() != product.rank() + 1) {
      return List.of();
    }
    FactoredTerm all = product.factors().stream().map(builder::opened).reduce(FactoredTerm.ONE, FactoredTerm::times);
    List<View> indicators = all.powers().keySet().stream().filter(view -> rationals.reading().picks(view, product.rank())).toList();
    if (indicators.size() != 1 || !builder.judge().of(builder.contraction(product.loops(), product.rank(), List.of(FactoredTerm.of(indicators.get(0))))).isOne()) {
      return List.of();
    }
    return logarithms(builder.product(all.without(indicators.get(0)))).stream().map(log -> builder.contraction(
        product.loops(), product.rank(), List.of(FactoredTerm.of(indicators.get(0)), builder.factored(log))).through(value.axes())).toList();
  }

  /** log(1 + x) = log1p(x). */
  private Optional<View> bySum(View value) {
    if (builder.node(value) instanceof Node.Sum sum && sum.constant().isOne() && !sum.isNumber()) {
      List<FactoredTerm> rest = sum.terms().stream()
          .map(term -> builder.factored(term.view().through(value.axes())).times(term.coefficient())).toList();
      return Optional.of(builder.apply(Fn.LOG1P, List.of(builder.withExpm1(builder.sum(Rational.ZERO, rest, false)))));
    }
    return Optional.empty();
  }

  /** log(a b^k) = log(a) + k log(b) for positive factors. */
  private Optional<View> byFactors(FactoredTerm term) {
    List<FactoredTerm> logs = new ArrayList<>();
    if (term.coefficient().signum() <= 0 || term.isSingle()) {
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
    return Optional.of(builder.sum(Rational.ZERO, terms(logs.stream().map(builder::product).toList()), false));
  }

  /** The logarithm of a value that is not looked into, but for what it says by itself. */
  private List<FactoredTerm> factorLogarithm(View view) {
    if (isExponential(view)) {
      return List.of(builder.factored(argument(view)));
    }
    Optional<Shift> shift = shift(view);
    Optional<View> sum = shift.flatMap(s -> lowered(view, s.maximum));
    if (sum.isPresent()) {
      return List.of(FactoredTerm.of(shift.get().maximum), FactoredTerm.of(builder.apply(Fn.LOG, List.of(sum.get()))));
    }
    return List.of(FactoredTerm.of(builder.apply(Fn.LOG, List.of(view))));
  }

  /** The logarithm of a factor that is positive; empty if that is not known. */
  private Optional<List<FactoredTerm>> logarithm(Polynomial factor) {
    if (factor.isVariable()) {
      View view = rationals.reading().view(factor.asVariable());
      return builder.judge().isNonNegative(view) ? Optional.of(factorLogarithm(view)) : Optional.empty();
    }
    View written = rationals.writing().written(RationalFunction.of(factor));
    boolean isNegative = builder.judge().range(written).isNegative();
    Polynomial positive = isNegative ? factor.times(Rational.MINUS_ONE) : factor;
    if (isNegative) {
      return Optional.empty();
    }
    List<Split> splits = new ArrayList<>();
    for (Map.Entry<Monomial, Rational> term : positive.terms().descendingMap().entrySet()) {
      splits.add(split(builder.factored(rationals.writing().written(RationalFunction.of(Polynomial.term(Rational.ONE, term.getKey())))).times(term.getValue())));
    }
    if (splits.stream().noneMatch(split -> split.isGrowing)) {
      return builder.judge().isPositive(written) ? Optional.of(List.of(FactoredTerm.of(builder.apply(Fn.LOG, List.of(written))))) : Optional.empty();
    }
    return logarithm(splits, builder.judge().isPositive(written));
  }

  private Optional<List<FactoredTerm>> logarithm(List<Split> terms, boolean isPositive) {
    boolean isPlain = terms.stream().allMatch(term -> term.rest.isNumber());
    if (terms.size() == 2 && isPlain) {
      boolean isOrdered = terms.get(0).rest.coefficient().signum() > 0;
      Split first = terms.get(isOrdered ? 0 : 1);
      Split second = terms.get(isOrdered ? 1 : 0);
      if (builder.isNumber(first.exponent, Rational.ZERO) && second.rest.coefficient().signum() > 0) {
        Split constant = first;
        first = second;
        second = constant;
      }
      boolean isOfOne = builder.isNumber(second.exponent, Rational.ZERO) && second.rest.coefficient().signum() > 0;
      Rational unit = isOfOne ? second.rest.coefficient() : Rational.ONE;
      View u = withLogarithm(first.exponent, first.rest.coefficient().over(unit));
      View v = withLogarithm(second.exponent, second.rest.coefficient().over(unit).abs());
      if (!unit.isOne()) {
        List<FactoredTerm> sum = new ArrayList<>(ofSum(u, v));
        sum.add(FactoredTerm.of(builder.apply(Fn.LOG, List.of(builder.number(unit)))));
        return Optional.of(sum);
      }
      return Optional.of(second.rest.coefficient().signum() > 0 ? ofSum(u, v) : ofDifference(u, v));
    }
    List<View> positive = terms.stream().filter(term -> term.rest.coefficient().signum() > 0).map(Split::exponent).toList();
    if (!isPositive && positive.size() < terms.size() || positive.isEmpty()
        || terms.stream().anyMatch(term -> !term.rest.isNumber() && !builder.judge().isPositive(builder.product(term.rest.unit())))) {
      return Optional.empty();
    }
    View maximum = positive.stream().reduce((a, b) -> builder.apply(Fn.MAXIMUM, List.of(a, b))).orElseThrow();
    List<FactoredTerm> lowered = terms.stream().map(term -> term.rest.times(exp(difference(term.exponent, maximum)))).toList();
    return Optional.of(List.of(builder.factored(maximum), FactoredTerm.of(builder.apply(Fn.LOG, List.of(builder.sum(Rational.ZERO, lowered, true))))));
  }

  private View withLogarithm(View exponent, Rational coefficient) {
    return coefficient.isOne() ? exponent : builder.sum(Rational.ZERO, List.of(builder.factored(exponent),
        FactoredTerm.of(builder.apply(Fn.LOG, List.of(builder.number(coefficient))))), false);
  }

  /** log(e^u + e^v) = max(u, v) + log1p(e^-|u - v|). */
  private List<FactoredTerm> ofSum(View u, View v) {
    FactoredTerm d = builder.factored(difference(u, v));
    View sign = builder.product(d.coefficient().signum() < 0 ? d.times(Rational.MINUS_ONE) : d);
    FactoredTerm magnitude = builder.factored(sign);
    View abs = builder.product(FactoredTerm.of(builder.apply(Fn.ABS, List.of(builder.product(magnitude.unit()))))
        .times(magnitude.coefficient().abs().negate()));
    View tail = builder.apply(Fn.LOG1P, List.of(builder.apply(Fn.EXP, List.of(abs))));
    return List.of(FactoredTerm.of(builder.apply(Fn.MAXIMUM, List.of(u, v))), FactoredTerm.of(tail));
  }

  /** log(e^u - e^v) = u + log(-expm1(v - u)). */
  private List<FactoredTerm> ofDifference(View u, View v) {
    View inner = builder.product(FactoredTerm.of(builder.apply(Fn.EXPM1, List.of(difference(v, u)))).times(Rational.MINUS_ONE));
    return List.of(builder.factored(u), FactoredTerm.of(builder.apply(Fn.LOG, List.of(inner))));
  }
}
