package dev.nngen.codegen;

import dev.nngen.ir.Rational;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.List;

/** Orders the terms of a sum as a person would: with few signs, and a positive one first if there is one. */
final class SumTerms {

  private SumTerms() {}

  /** Returns the terms in the order in which they are written, including the constant; never empty. */
  static List<Scalar.Term> of(Scalar.Sum sum) {
    List<Scalar.Term> terms = new ArrayList<>();
    sum.terms().forEach(term -> terms.add(unwrapped(term)));
    if (!sum.constant().isZero() || terms.isEmpty()) {
      Scalar.Term constant = new Scalar.Term(sum.constant(), new Scalar.Number(Rational.ONE));
      terms.add(sum.constant().signum() > 0 && startsNegative(sum) ? 0 : terms.size(), constant);
    }
    if (terms.get(0).coefficient().signum() < 0) {
      for (int k = 1; k < terms.size(); k++) {
        if (terms.get(k).coefficient().signum() > 0) {
          terms.add(0, terms.remove(k));
          break;
        }
      }
    }
    return terms;
  }

  /** Merges a multiple of a multiple into one. */
  private static Scalar.Term unwrapped(Scalar.Term term) {
    if (term.value() instanceof Scalar.Sum sum && sum.terms().size() == 1 && sum.constant().isZero()) {
      Scalar.Term inner = sum.terms().get(0);
      return unwrapped(new Scalar.Term(term.coefficient().times(inner.coefficient()), inner.value()));
    }
    return term.coefficient().signum() < 0 && term.value() instanceof Scalar.Product product ? withoutSigns(term, product) : term;
  }

  /** Rewrites {@code -a * (-b - c)} as {@code a * (b + c)}. */
  private static Scalar.Term withoutSigns(Scalar.Term term, Scalar.Product product) {
    List<Scalar> factors = new ArrayList<>(product.factors());
    for (int k = 0; k < factors.size(); k++) {
      if (factors.get(k) instanceof Scalar.Sum sum && sum.constant().signum() <= 0 && sum.terms().stream().allMatch(t -> t.coefficient().signum() < 0)) {
        factors.set(k, new Scalar.Sum(sum.constant().negate(),
            sum.terms().stream().map(t -> new Scalar.Term(t.coefficient().negate(), t.value())).toList()));
        return new Scalar.Term(term.coefficient().negate(), new Scalar.Product(factors));
      }
    }
    return term;
  }

  private static boolean startsNegative(Scalar.Sum sum) {
    return sum.terms().isEmpty() || sum.terms().get(0).coefficient().signum() < 0;
  }
}
