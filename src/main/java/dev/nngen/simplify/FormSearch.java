package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Looks for the cheapest stable form of a function, one exponential or sum after the other, as long as a form is better. */
final class FormSearch {

  /** Into a function of more terms nothing is put in: a sum of thousands could take hours. */
  private static final int LONGEST = 64;

  private final Universe universe;
  private final Contractions contractions;
  private final Stability stability;
  private final Kept kept;
  private final KeptFactors keptFactors;
  private final Cost cost;
  private final Exponentials exponentials;
  private final IntFunction<RationalFunction> cheapest;

  /** @param cheapest gives the cheapest form of a class, which is looked for here again */
  FormSearch(Meanings meanings, Stability stability, Kept kept, KeptFactors keptFactors, Cost cost,
      Exponentials exponentials, IntFunction<RationalFunction> cheapest) {
    this.universe = meanings.universe;
    this.contractions = meanings.contractions;
    this.cheapest = cheapest;
    this.stability = stability;
    this.kept = kept;
    this.keptFactors = keptFactors;
    this.cost = cost;
    this.exponentials = exponentials;
  }

  /** The cheapest stable form of a function in terms of what is kept. */
  RationalFunction cheapest(RationalFunction meaning) {
    if (exponentials.isPure(meaning)) {
      return meaning;
    }
    RationalFunction best = meaning;
    for (RationalFunction next = meaning; next != null; ) {
      best = next;
      next = null;
      for (RationalFunction form : alternatives(best)) {
        next = isBetter(form, next == null ? best : next) ? form : next;
      }
    }
    return best;
  }

  /**
   * The function with one exponential expressed by a kept value, or in a form that does not overflow, or with a
   * smaller sum.
   */
  private List<RationalFunction> alternatives(RationalFunction function) {
    boolean unstable = stability.isUnstable(function);
    boolean isShort = function.size() <= LONGEST;
    List<RationalFunction> forms = new ArrayList<>(keptFactors.with(function, unstable));
    for (int variable : function.variables()) {
      if (kept.isFunction(variable) || hasSquare(function, variable)) {
        forms.addAll(kept.without(function, variable));
      }
      if (unstable && exponentials.isExponential(variable)) {
        forms.addAll(exponentials.bySigmoid(kept, function, variable));
      }
      if (universe.definitionOf(variable) instanceof Node.Product sum && isShort) {
        for (int factor = 0; factor < sum.factors().size(); factor++) {
          forms.addAll(pulledOut(function, variable, sum, factor));
        }
      }
    }
    if (unstable) {
      forms.add(stability.stabilized(function));
    }
    return forms;
  }

  /** True for what may be the square of a sum that has been multiplied out. */
  private static boolean hasSquare(RationalFunction function, int variable) {
    return function.factors().keySet().stream().anyMatch(factor -> factor.degree(variable) > 1);
  }

  /**
   * The function with what does not depend on a summed axis taken out of a sum, where only the cheapest form of a factor shows
   * it: sum_k E_k^2 = S^2 sum_k P_k^2 for P = E / S.
   */
  private List<RationalFunction> pulledOut(RationalFunction function, int variable, Node.Product sum, int factor) {
    return forms(sum.factors().get(factor).node()).stream()
        .map(form -> with(sum, factor, form))
        .filter(pulled -> pulled.size() <= LONGEST)
        .map(pulled -> stability.substitute(function, variable, universe.through(pulled, universe.view(variable).axes()))).toList();
  }

  /** The sum with one of its factors in another form. */
  private RationalFunction with(Node.Product sum, int factor, RationalFunction form) {
    List<RationalFunction> factors = new ArrayList<>(sum.factors().stream().map(universe::meaning).toList());
    factors.set(factor, universe.through(form, sum.factors().get(factor).axes()));
    return contractions.sum(sum.loops(), sum.rank(), factors);
  }

  /** The cheapest form of a class; for a power of an exponential, which is one itself, those by kept values. */
  private List<RationalFunction> forms(int classId) {
    RationalFunction meaning = universe.meaning(classId);
    return exponentials.isPure(meaning) && !meaning.isConstant() ? kept.without(meaning, meaning.variables().first())
        : List.of(cheapest.apply(classId));
  }

  /** Stable before unstable, then by cost. */
  private boolean isBetter(RationalFunction form, RationalFunction than) {
    boolean unstable = stability.isUnstable(form);
    return unstable == stability.isUnstable(than) ? cost.of(form) < cost.of(than) : !unstable;
  }
}
