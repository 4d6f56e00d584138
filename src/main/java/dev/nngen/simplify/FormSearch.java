package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;

/** Looks for the cheapest stable form of a function, one exponential after the other, as long as a form is better. */
final class FormSearch {

  private final Universe universe;
  private final Stability stability;
  private final Kept kept;
  private final Cost cost;
  private final Exponentials exponentials;

  FormSearch(Universe universe, Stability stability, Kept kept, Cost cost, Exponentials exponentials) {
    this.universe = universe;
    this.stability = stability;
    this.kept = kept;
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

  /** The function with one exponential expressed by a kept value, or in a form that does not overflow. */
  private List<RationalFunction> alternatives(RationalFunction function) {
    boolean unstable = stability.isUnstable(function);
    List<RationalFunction> forms = new ArrayList<>();
    for (int variable : function.variables()) {
      if (universe.definitionOf(variable) instanceof Node.Apply apply && apply.fn() == Fn.EXP) {
        forms.addAll(kept.without(function, variable));
        if (unstable) {
          forms.addAll(exponentials.bySigmoid(kept, function, variable));
        }
      }
    }
    if (unstable) {
      forms.add(stability.stabilized(function));
    }
    return forms;
  }

  /** Stable before unstable, then by cost. */
  private boolean isBetter(RationalFunction form, RationalFunction than) {
    boolean unstable = stability.isUnstable(form);
    return unstable == stability.isUnstable(than) ? cost.of(form) < cost.of(than) : !unstable;
  }
}
