package dev.nngen.simplify;

import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.Exponentials.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Quotients of exponentials that stay finite where these overflow: e^u / sum_i a_i e^(u_i) = 1 / sum_i a_i e^(u_i - u), and over axes
 * e^(u - M) / sum e^(u - M).
 */
record ExponentialQuotients(FormBuilder builder, Exponentials exponentials, ExponentShifts shifts) {

  /** Forms of a product of which exponentials are factors. */
  List<View> of(FactoredTerm term) {
    List<View> forms = new ArrayList<>();
    for (View exponential : term.powers().keySet()) {
      if (exponentials.isExponential(exponential) && term.exponent(exponential).signum() > 0 && term.exponent(exponential).isInteger()) {
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
    View u = exponentials.argument(exponential);
    List<FactoredTerm> lowered = new ArrayList<>();
    boolean hasExponential = false;
    for (FactoredTerm part : exponentials.parts(denominator)) {
      hasExponential |= shifts.summed(part).isPresent() || !builder.isNumber(exponentials.split(part).exponent(), Rational.ZERO);
      lowered.add(shifts.lowered(part, u));
    }
    if (!hasExponential) {
      return Optional.empty();
    }
    Rational copies = term.exponent(exponential).compareTo(below) < 0 ? term.exponent(exponential) : below;
    View quotient = builder.withExpm1(builder.sum(Rational.ZERO, lowered, true));
    return Optional.of(term.times(exponential, copies.negate()).times(denominator, copies)
        .times(builder.factored(quotient).power(-copies.intValueExact())));
  }

  /** exp(u) exp(v) = exp(u + v). */
  private Optional<FactoredTerm> joined(FactoredTerm term) {
    long count = term.powers().keySet().stream().filter(exponentials::isExponential).count();
    if (count < 2) {
      return Optional.empty();
    }
    Split split = exponentials.split(term);
    return Optional.of(split.rest().times(exponentials.exp(split.exponent())));
  }

  /** e^u / sum e^u = e^(u - M) / sum e^(u - M), also with sums of exponentials above. */
  private Optional<FactoredTerm> shifted(FactoredTerm term, View denominator) {
    Optional<View> maximum = term.exponent(denominator).isInteger() ? shifts.maximum(denominator) : Optional.empty();
    if (maximum.isEmpty()) {
      return Optional.empty();
    }
    int open = term.exponent(denominator).abs().intValueExact();
    FactoredTerm result = term;
    int lowered = 0;
    for (View factor : term.powers().keySet()) {
      Rational exponent = term.exponent(factor);
      boolean isLowered = exponentials.isExponential(factor) || shifts.summed(FactoredTerm.of(factor)).isPresent();
      if (exponent.signum() > 0 && exponent.isInteger() && lowered < open && isLowered) {
        int copies = Math.min(open - lowered, exponent.intValueExact());
        result = result.times(factor, Rational.of(-copies)).times(shifts.lowered(FactoredTerm.of(factor), maximum.get()).power(copies));
        lowered += copies;
      }
    }
    return lowered == 0 ? Optional.empty() : Optional.of(result.times(denominator, Rational.of(lowered))
        .times(builder.factored(shifts.loweredSum(denominator, maximum.get())).power(-lowered)));
  }
}
