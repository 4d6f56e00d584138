package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Rational;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** In which order the terms of a sum are written, and what is taken out of them. */
final class Terms {

  private final Universe universe;
  private final Domains domains;

  Terms(Universe universe, Domains domains) {
    this.universe = universe;
    this.domains = domains;
  }

  /**
   * The variable v of a sum v q + r, written so (Horner's rule), else -1: one of any magnitude, of which what it is multiplied by
   * may cancel, so that z - 2 z s + z s^2 is z (1 - s)^2 and no difference of large numbers; else that of most terms.
   */
  int common(Polynomial p) {
    return p.variables().stream().filter(variable -> isLarge(variable) && mayCancel(p, variable)).findFirst()
        .orElseGet(() -> mostCommon(p));
  }

  private boolean isLarge(int variable) {
    Interval range = domains.of(Polynomial.variable(variable));
    return Double.isInfinite(range.low()) || Double.isInfinite(range.high());
  }

  /** True where a power of the variable is multiplied by a bounded sum of terms of both signs. */
  private boolean mayCancel(Polynomial p, int variable) {
    return p.coefficients(variable).tailMap(1).values().stream().anyMatch(factor ->
        factor.terms().values().stream().mapToInt(Rational::signum).distinct().count() > 1
            && factor.variables().stream().noneMatch(this::isLarge));
  }

  /** The variable that stands in most terms, where taking it out of them saves a product; else -1. */
  private static int mostCommon(Polynomial p) {
    int best = -1;
    long most = 1;
    for (int variable : p.variables()) {
      long count = p.terms().keySet().stream().filter(m -> m.degree(variable) > 0).count();
      boolean inProducts = p.terms().keySet().stream().anyMatch(m -> m.degree(variable) > 0 && m.totalDegree() > 1);
      if (count > most && count < p.size() + (p.constantTerm().isZero() ? 0 : 1) && inProducts) {
        best = variable;
        most = count;
      }
    }
    return best;
  }

  /** Positive terms first, as one writes; what is smallest in magnitude, log1p(..), last, so that nothing of it is lost. */
  List<Map.Entry<Monomial, Rational>> readable(Polynomial p) {
    List<Map.Entry<Monomial, Rational>> terms = new ArrayList<>(p.terms().entrySet());
    terms.sort(Comparator.comparing((Map.Entry<Monomial, Rational> term) -> isTail(term.getKey()))
        .thenComparing(term -> term.getValue().signum() < 0).thenComparing(Map.Entry::getKey));
    return terms;
  }

  private boolean isTail(Monomial monomial) {
    for (int k = 0; k < monomial.size(); k++) {
      if (universe.isApplied(Fn.LOG1P, monomial.variable(k))) {
        return true;
      }
    }
    return false;
  }
}
