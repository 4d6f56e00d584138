package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
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

  Terms(Universe universe) {
    this.universe = universe;
  }

  /** The variable that stands in most terms, where taking it out of them saves a product; else -1. */
  static int mostCommon(Polynomial p) {
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
      if (universe.definitionOf(monomial.variable(k)) instanceof Node.Apply apply && apply.fn() == Fn.LOG1P) {
        return true;
      }
    }
    return false;
  }
}
