package dev.nngen.simplify;

import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.FormChoice.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Writes quotients of exponentials so that they stay finite if the exponentials overflow: e^u / sum_i a_i e^(u_i) = 1 / sum_i a_i e^(u_i - u), and
 * over axes e^(u - M) / sum e^(u - M) with the maximum M.
 */
record ExponentialQuotients(FormBuilder builder, Exponentials exponentials, ExponentShifts shifts) {

  /** Returns forms of a product that has exponentials among its factors. */
  List<Form> of(FactoredTerm term) {
    List<View> shares = new ArrayList<>();
    List<View> shifted = new ArrayList<>();
    for (View exponential : term.powers().keySet()) {
      if (exponentials.isExponential(exponential) && term.exponent(exponential).signum() > 0) {
        for (View sum : term.powers().keySet()) {
          ratio(term, exponential, sum).ifPresent(form -> shares.add(builder.product(form)));
        }
      }
    }
    for (View sum : term.powers().keySet()) {
      if (term.exponent(sum).signum() < 0) {
        shifted(term, sum).forEach(form -> shifted.add(builder.product(form)));
      }
    }
    List<Form> forms = new ArrayList<>(Form.by("exp-share", shares));
    forms.addAll(Form.by("softmax-shift", shifted));
    return forms;
  }

  /** e^u / (a e^u + b e^v) = 1 / (a + b e^(v - u)), and e^u / sqrt(a e^(2 u) + b e^v) = 1 / sqrt(a + b e^(v - 2 u)). */
  private Optional<FactoredTerm> ratio(FactoredTerm term, View exponential, View denominator) {
    Rational below = term.exponent(denominator).negate();
    Rational above = term.exponent(exponential);
    boolean isRoot = !below.isInteger() && builder.judge().isPositive(denominator);
    if (below.signum() <= 0 || !isRoot && !(above.isInteger() && below.isInteger())) {
      return Optional.empty();
    }
    Rational root = below.minus(Rational.of(below.numerator().divide(below.denominator()).intValueExact()));
    View u = isRoot ? builder.product(builder.factored(exponentials.argument(exponential)).times(above.over(root))) : exponentials.argument(exponential);
    List<FactoredTerm> lowered = new ArrayList<>();
    boolean hasExponential = false;
    for (FactoredTerm part : exponentials.parts(denominator)) {
      hasExponential |= shifts.summed(part).isPresent() || !builder.isNumber(exponentials.split(part).exponent(), Rational.ZERO);
      lowered.add(shifts.lowered(part, u));
    }
    if (!hasExponential) {
      return Optional.empty();
    }
    View quotient = builder.sum(Rational.ZERO, lowered, true);
    if (isRoot) {
      return Optional.of(term.without(exponential).times(denominator, root).times(builder.factored(quotient, root.negate())));
    }
    Rational copies = above.compareTo(below) < 0 ? above : below;
    return Optional.of(term.times(exponential, copies.negate()).times(denominator, copies)
        .times(builder.factored(quotient).power(-copies.intValueExact())));
  }

  /**
   * e^u / sum e^u = e^(u - M) / sum e^(u - M), also with sums of exponentials in the numerator. There is a form for each factor that may be shifted
   * first.
   */
  private List<FactoredTerm> shifted(FactoredTerm term, View denominator) {
    Optional<View> maximum = term.exponent(denominator).isInteger() ? shifts.maximum(denominator) : Optional.empty();
    if (maximum.isEmpty()) {
      return List.of();
    }
    List<View> factors = new ArrayList<>(term.powers().keySet().stream().filter(factor -> term.exponent(factor).signum() > 0 && term.exponent(factor).isInteger()
        && (exponentials.isExponential(factor) || shifts.summed(FactoredTerm.of(factor)).isPresent())).toList());
    List<FactoredTerm> forms = new ArrayList<>();
    for (int k = 0; k < factors.size(); k++) {
      forms.add(lowered(term, factors, denominator, maximum.get()));
      Collections.rotate(factors, -1);
    }
    return forms;
  }

  /** Shifts one factor, in order, for each power of the denominator. */
  private FactoredTerm lowered(FactoredTerm term, List<View> factors, View denominator, View maximum) {
    int open = term.exponent(denominator).abs().intValueExact();
    FactoredTerm result = term;
    int lowered = 0;
    for (View factor : factors) {
      int copies = Math.min(open - lowered, term.exponent(factor).intValueExact());
      if (copies > 0) {
        result = result.times(factor, Rational.of(-copies)).times(shifts.lowered(FactoredTerm.of(factor), maximum).power(copies));
        lowered += copies;
      }
    }
    return result.times(denominator, Rational.of(lowered)).times(builder.factored(shifts.loweredSum(denominator, maximum)).power(-lowered));
  }
}
