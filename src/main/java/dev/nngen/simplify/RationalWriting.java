package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes rational functions of values as sums and products. */
record RationalWriting(FormBuilder builder, RationalReading reading) {

  View written(RationalFunction function) {
    return builder.product(factors(function));
  }

  /** Returns the function as a product of powers. */
  FactoredTerm factors(RationalFunction function) {
    FactoredTerm term = FactoredTerm.number(function.coefficient());
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      int exponent = factor.getValue();
      boolean flips = factor.getKey().size() > 1 && isNegative(factor.getKey());
      Polynomial polynomial = flips ? factor.getKey().times(Rational.MINUS_ONE) : factor.getKey();
      View view = written(polynomial);
      FactoredTerm power = exponent > 0 || !isScaled(view) ? builder.factored(view).power(exponent)
          : new FactoredTerm(Rational.ONE, Map.of(view, Rational.of(exponent)));
      term = term.times(power).times(flips && exponent % 2 != 0 ? Rational.MINUS_ONE : Rational.ONE);
    }
    return term;
  }

  /** True if the polynomial reads better with the other sign. */
  private static boolean isNegative(Polynomial polynomial) {
    long negative = polynomial.terms().values().stream().filter(coefficient -> coefficient.signum() < 0).count();
    return polynomial.constantTerm().signum() < 0 || polynomial.constantTerm().isZero() && 2 * negative > polynomial.size();
  }

  private boolean isScaled(View view) {
    return builder.node(view) instanceof Node.Sum sum && sum.isNumber();
  }

  View written(Polynomial polynomial) {
    return polynomial.isVariable() ? reading.view(polynomial.asVariable())
        : builder.sum(polynomial.constantTerm(), terms(polynomial), true);
  }

  /** Returns the terms of a polynomial without its constant, grouped by variables (Horner's rule). */
  private List<FactoredTerm> terms(Polynomial polynomial) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    polynomial.terms().keySet().forEach(monomial -> {
      for (int k = 0; k < monomial.size(); k++) {
        counts.merge(monomial.variable(k), 1, Integer::sum);
      }
    });
    Optional<Map.Entry<Integer, Integer>> shared = counts.entrySet().stream().filter(entry -> entry.getValue() > 1)
        .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
    if (shared.isEmpty() || shared.get().getValue() == polynomial.size()) {
      return flat(polynomial);
    }
    int variable = shared.get().getKey();
    Polynomial with = Polynomial.ZERO;
    Polynomial without = Polynomial.ZERO;
    for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
      Polynomial single = Polynomial.term(term.getValue(), term.getKey());
      boolean has = term.getKey().degree(variable) > 0;
      with = has ? with.plus(single.over(Monomial.of(variable, 1))) : with;
      without = has ? without : without.plus(single);
    }
    List<FactoredTerm> terms = new ArrayList<>(List.of(builder.factored(reading.view(variable)).times(builder.factored(written(with)))));
    terms.addAll(terms(without));
    return terms;
  }

  private List<FactoredTerm> flat(Polynomial polynomial) {
    List<FactoredTerm> terms = new ArrayList<>();
    polynomial.terms().forEach((monomial, coefficient) -> {
      FactoredTerm term = FactoredTerm.number(coefficient);
      for (int k = 0; k < monomial.size(); k++) {
        term = term.times(builder.factored(reading.view(monomial.variable(k))).power(monomial.exponent(k)));
      }
      if (monomial.size() > 0) {
        terms.add(term);
      }
    });
    return terms;
  }

  /** Returns r / d + q for (r + q d) / d, which is shorter, and more accurate if d is nearly zero. */
  Optional<View> split(RationalFunction function) {
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      if (factor.getValue() == -1 && factor.getKey().size() > 1) {
        Polynomial dividend = function.numerator().times(function.coefficient());
        Polynomial[] division = divide(dividend, factor.getKey());
        RationalFunction others = function.times(RationalFunction.of(function.numerator()).inverse())
            .times(function.coefficient().reciprocal()).times(RationalFunction.of(factor.getKey()));
        if (!division[0].isZero() && !division[1].isZero() && division[0].size() + division[1].size() <= dividend.size()) {
          RationalFunction whole = RationalFunction.of(division[0]).times(others);
          RationalFunction rest = RationalFunction.of(division[1]).times(others).times(RationalFunction.of(factor.getKey()).inverse());
          return Optional.of(builder.sum(Rational.ZERO, List.of(factors(rest), factors(whole)), true));
        }
      }
    }
    return Optional.empty();
  }

  /** Returns quotient and remainder by leading terms. */
  private static Polynomial[] divide(Polynomial dividend, Polynomial divisor) {
    Map.Entry<Monomial, Rational> lead = divisor.terms().lastEntry();
    Polynomial rest = dividend;
    Polynomial quotient = Polynomial.ZERO;
    Polynomial remainder = Polynomial.ZERO;
    while (!rest.isZero()) {
      Map.Entry<Monomial, Rational> top = rest.terms().lastEntry();
      Monomial monomial = top.getKey().over(lead.getKey());
      Polynomial part = Polynomial.term(top.getValue(), top.getKey());
      if (monomial == null) {
        remainder = remainder.plus(part);
        rest = rest.minus(part);
      } else {
        Polynomial step = Polynomial.term(top.getValue().over(lead.getValue()), monomial);
        quotient = quotient.plus(step);
        rest = rest.minus(divisor.times(step));
      }
    }
    return new Polynomial[] {quotient, remainder};
  }
}
