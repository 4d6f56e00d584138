package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds exponentials among the factors and terms of a value. */
final class Exponentials {

  /** Longer sums are not distributed. */
  private static final int LONGEST = 16;

  private static final Rational LOWEST = Rational.parse("-1e300");

  private final FormBuilder builder;
  /** Caches of the terms of sums, and of terms as exponentials times other factors, valid while the same values are available. */
  private final Map<View, List<FactoredTerm>> parts = new HashMap<>();
  private final Map<FactoredTerm, Split> splits = new HashMap<>();

  /** Finds an available value by its normal form. */
  private final Function<RationalFunction, Optional<View>> known;

  Exponentials(FormBuilder builder, Function<RationalFunction, Optional<View>> known) {
    this.builder = builder;
    this.known = known;
  }

  /** Clears the cache, because other values may be available. */
  void forgetParts() {
    parts.clear();
    splits.clear();
  }

  boolean isExponential(View view) {
    return builder.node(view) instanceof Node.Apply apply && apply.fn() == Fn.EXP;
  }

  /** True for a product of powers of exponentials. */
  boolean isExponential(FactoredTerm term) {
    return term.coefficient().isOne() && !term.isNumber() && term.powers().keySet().stream().allMatch(this::isExponential);
  }

  /** True if a factor is an unbounded exponential, or a sum with one. */
  boolean hasExponentials(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(factor -> isGrowing(factor) || builder.node(factor) instanceof Node.Sum sum
        && sum.terms().stream().anyMatch(part -> builder.factored(part.view().rewire(factor.axes())).powers().keySet().stream().anyMatch(this::isGrowing)));
  }

  View argument(View exponential) {
    return ((Node.Apply) builder.node(exponential)).arguments().get(0).rewire(exponential.axes());
  }

  boolean isGrowing(View view) {
    return isExponential(view) && !builder.judge().isNeverPositive(argument(view));
  }

  View difference(View a, View b) {
    return builder.sum(Rational.ZERO, terms(List.of(a, builder.product(builder.factored(b).times(Rational.MINUS_ONE)))), true);
  }

  /** Returns the terms of a sum of values, with nested sums distributed, so that common terms cancel. */
  List<FactoredTerm> terms(List<View> summands) {
    List<FactoredTerm> terms = new ArrayList<>();
    for (View summand : summands) {
      FactoredTerm term = builder.factored(summand);
      if (term.isSingle() && builder.node(term.first()) instanceof Node.Sum sum && !sum.isNumber()
          && !builder.available().contains(term.first().node())) {
        View inner = term.first();
        terms.add(FactoredTerm.number(sum.constant().times(term.coefficient())));
        sum.terms().forEach(part -> terms.add(builder.factored(part.view().rewire(inner.axes())).times(part.coefficient()).times(term.coefficient())));
      } else {
        terms.add(term);
      }
    }
    return terms;
  }

  FactoredTerm exp(View exponent) {
    View shortest = hasMaximum(exponent) ? shortest(exponent) : exponent;
    return builder.isNumber(shortest, Rational.ZERO) ? FactoredTerm.ONE : FactoredTerm.of(builder.apply(Fn.EXP, List.of(shortest)));
  }

  /** Returns the exponent if the other factors are positive; if they are 0, an exponent below all others. */
  View where(FactoredTerm factors, View exponent) {
    View condition = factors.isSingle() && builder.isIndicator(factors.first()) ? factors.first()
        : builder.apply(Fn.GREATER, List.of(builder.product(factors), builder.number(Rational.ZERO)));
    return builder.apply(Fn.WHERE, List.of(condition, exponent, builder.number(LOWEST)));
  }

  /** True for a sum with a maximum among its terms, which may be the maximum of the others. */
  private boolean hasMaximum(View exponent) {
    return terms(List.of(exponent)).size() > 1 && terms(List.of(exponent)).stream()
        .anyMatch(term -> term.isSingle() && builder.node(term.first()) instanceof Node.Apply apply && apply.fn() == Fn.MAXIMUM);
  }

  /** Returns the number, or the multiple of an available value, that equals an exponent, as u equals max(u, 0) - max(-u, 0). */
  private View shortest(View exponent) {
    RationalFunction form = builder.judge().of(exponent);
    return form.isConstant() ? builder.number(form.coefficient())
        : known.apply(form.times(form.coefficient().reciprocal())).map(value -> builder.scaled(form.coefficient(), value)).orElse(exponent);
  }

  /** A term as e^exponent times other factors. */
  record Split(View exponent, FactoredTerm rest) {}

  Split split(FactoredTerm term) {
    Split split = splits.get(term);
    if (split == null) {
      FactoredTerm rest = term.only(factor -> !isExponential(factor)).times(term.coefficient());
      List<View> exponents = term.powers().entrySet().stream().filter(factor -> isExponential(factor.getKey()))
          .map(factor -> builder.product(builder.factored(argument(factor.getKey())).times(factor.getValue()))).toList();
      split = new Split(exponents.size() == 1 ? exponents.get(0) : builder.sum(Rational.ZERO, terms(exponents), true), rest);
      splits.put(term, split);
    }
    return split;
  }

  /** True if an exponential among the factors is unbounded. */
  boolean isGrowing(FactoredTerm term) {
    return term.powers().entrySet().stream().anyMatch(factor -> isExponential(factor.getKey()) && (factor.getValue().signum() < 0 || isGrowing(factor.getKey())));
  }

  /** Returns the terms of a sum, or of expm1(u) = e^u - 1; none for other values. */
  List<FactoredTerm> parts(View view) {
    if (builder.node(view) instanceof Node.Apply apply && apply.fn() == Fn.EXPM1) {
      return List.of(exp(argument(view)), FactoredTerm.number(Rational.MINUS_ONE));
    }
    if (!(builder.node(view) instanceof Node.Sum sum) || sum.isNumber()) {
      return List.of();
    }
    List<FactoredTerm> terms = parts.get(view);
    if (terms == null) {
      terms = List.copyOf(distributed(FactoredTerm.of(view)));
      parts.put(view, terms);
    }
    return terms;
  }

  /** Distributes a term over the sums among its factors that are not available. */
  private List<FactoredTerm> distributed(FactoredTerm term) {
    for (View base : term.powers().keySet()) {
      if (term.exponent(base).isOne() && builder.node(base) instanceof Node.Sum sum && !sum.isNumber()
          && !builder.available().contains(base.node())) {
        FactoredTerm rest = term.without(base);
        List<FactoredTerm> terms = new ArrayList<>();
        if (!sum.constant().isZero()) {
          terms.addAll(distributed(rest.times(sum.constant())));
        }
        for (Node.Term part : sum.terms()) {
          terms.addAll(distributed(rest.times(builder.factored(part.view().rewire(base.axes()))).times(part.coefficient())));
          if (terms.size() > LONGEST) {
            return List.of(term);
          }
        }
        return terms;
      }
    }
    return List.of(term);
  }
}
