package dev.nngen.simplify;

import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values that the forward pass keeps, as factors: where D = n / q^3 is kept, n s / q^5 is D s / q^2. A value that may be
 * infinite is left alone where a function has exponentials above and below, for which there may be a form that is finite.
 */
final class KeptFactors {

  private final Universe universe;
  private final Domains domains;
  private final Map<Integer, List<Kept>> byFactor = new HashMap<>();

  KeptFactors(Universe universe, Domains domains) {
    this.universe = universe;
    this.domains = domains;
  }

  /**
   * A kept value, found by one of its factors.
   *
   * @param value in one of its forms
   * @param isInfinite true where it may be
   * @param axes of the factor's class, as the value's class numbers its axes
   * @param exponent with which the factor stands in the value
   */
  private record Kept(int classId, RationalFunction value, boolean isInfinite, List<Integer> axes, int exponent) {}

  /** Makes a class known as kept, in a form, by its longest factor that has all its axes; nothing happens where it has none, or is a variable. */
  void keep(int classId, RationalFunction form, boolean isInfinite) {
    Optional<Polynomial> found = form.factors().keySet().stream()
        .filter(factor -> universe.axes(factor).size() == universe.shape(classId).size()).max(Comparator.comparingInt(Polynomial::size));
    if (found.isPresent() && !(form.factors().size() == 1 && found.get().isVariable())) {
      View factor = universe.classOf(RationalFunction.of(found.get()));
      byFactor.computeIfAbsent(factor.node(), f -> new ArrayList<>())
          .add(new Kept(classId, form, isInfinite, factor.axes(), form.factors().get(found.get())));
    }
  }

  /**
   * The function with a kept value in the place of factors, once for each kept value that shares its longest factor with it.
   *
   * @param isUnstable true where the function has exponentials above and below
   */
  List<RationalFunction> with(RationalFunction function, boolean isUnstable) {
    List<RationalFunction> results = new ArrayList<>();
    function.factors().forEach((factor, exponent) -> {
      View view = universe.classOf(RationalFunction.of(factor));
      for (Kept kept : byFactor.getOrDefault(view.node(), List.of())) {
        if (exponent % kept.exponent == 0 && !(isUnstable && kept.isInfinite)) {
          List<Integer> outer = axes(kept, view);
          int power = exponent / kept.exponent;
          RationalFunction rest = function.times(universe.through(kept.value, outer).power(-power));
          if (isPart(rest, function)) {
            results.add(rest.times(universe.whole(universe.through(universe.meaning(kept.classId), outer)).power(power)));
          }
        }
      }
    });
    return results;
  }

  /**
   * True where the rest has no factor that the function has not, and none to a larger power, but for numbers and sizes: what a value
   * was divided by, to take out another of its factors, might be zero.
   */
  private boolean isPart(RationalFunction rest, RationalFunction function) {
    return rest.factors().entrySet().stream().allMatch(factor -> {
      int before = function.factors().getOrDefault(factor.getKey(), 0);
      int after = factor.getValue();
      return before < 0 ? before <= after && after < 0 : 0 < after && after <= before
          || universe.axes(factor.getKey()).isEmpty() && domains.isNonzero(factor.getKey());
    });
  }

  /** The function's axes for those of the kept value, of whose factor the view is an entry. */
  private static List<Integer> axes(Kept kept, View view) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < kept.axes.size(); axis++) {
      axes.add(view.axes().get(kept.axes.indexOf(axis)));
    }
    return axes;
  }
}
