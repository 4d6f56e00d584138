package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Values that the forward pass keeps, by the exponential that they can stand for: V = (a X + b) / (c X + d) with X = E^n gives
 * X = (d V - b) / (a - c V), where a d - b c is not zero. So what is written in 1 / (1 + e^-z) comes back in terms of Yh.
 */
final class Kept {

  private static final int LONGEST = 12;
  private static final int LONGEST_SUM = 3;

  private final Universe universe;
  private final Domains domains;
  private final Ring ring;
  private final Map<Integer, List<Inverse>> byAtom = new HashMap<>();
  private final Set<Integer> classes = new HashSet<>();

  Kept(Universe universe, Domains domains, Ring ring) {
    this.universe = universe;
    this.domains = domains;
    this.ring = ring;
  }

  /**
   * An exponential in terms of a kept value.
   *
   * @param axes of the exponential's atom, as the value's class numbers its axes
   * @param unit the power n of the exponential that is replaced
   * @param value X as a function of the value's class axes
   */
  private record Inverse(List<Integer> axes, int unit, RationalFunction value, int rank) {}

  /** Makes a class known as kept; nothing happens where it can stand for no exponential. */
  void keep(int classId) {
    RationalFunction meaning = universe.meaning(classId);
    classes.add(classId);
    if (meaning.size() > LONGEST) {
      return;
    }
    for (int variable : meaning.variables()) {
      if (isFunction(variable)) {
        add(classId, meaning, variable);
      }
    }
  }

  /** Makes a sum known that the text has: in terms of D = Y - M, V - Y^2 + 2 Y M - M^2 is V - D^2. */
  void keepSum(int classId) {
    RationalFunction meaning = universe.meaning(classId);
    if (meaning.factors().size() == 1 && meaning.factors().containsValue(1) && meaning.size() > 1 && meaning.size() <= LONGEST_SUM) {
      meaning.variables().stream().filter(variable -> !isFunction(variable)).forEach(variable -> add(classId, meaning, variable));
    }
  }

  /** True for what it takes long to compute: a function or a root. */
  boolean isFunction(int variable) {
    Node definition = universe.definitionOf(variable);
    return definition instanceof Node.Apply apply && !apply.fn().isIndicator() || definition instanceof Node.Power power && power.exponent().signum() > 0;
  }

  private void add(int classId, RationalFunction meaning, int variable) {
    TreeMap<Integer, Polynomial> above = meaning.numerator().times(meaning.coefficient()).coefficients(variable);
    TreeMap<Integer, Polynomial> below = meaning.denominator().coefficients(variable);
    int unit = Math.max(above.lastKey(), below.lastKey());
    boolean isAlone = meaning.variables().size() == 1;
    boolean power = isAlone && above.size() == 1 && below.size() == 1;
    boolean isKeptItself = isAlone && classes.contains(universe.classOf(RationalFunction.variable(variable)).node());
    if (power || isKeptItself || !isMoebius(above, unit) || !isMoebius(below, unit) || universe.view(variable).axes().size() != universe.shape(classId).size()) {
      return;
    }
    int rank = universe.shape(classId).size();
    RationalFunction v = universe.whole(meaning);
    RationalFunction determinant = ring.minus(at(above, unit).times(at(below, 0)), at(above, 0).times(at(below, unit)));
    if (!domains.of(determinant).excludesZero()) {
      return;
    }
    RationalFunction dividend = ring.minus(v.times(at(below, 0)), at(above, 0));
    RationalFunction divisor = ring.minus(at(above, unit), v.times(at(below, unit)));
    if (!dividend.isZero() && !divisor.isZero()) {
      View atom = universe.view(variable);
      byAtom.computeIfAbsent(atom.node(), a -> new ArrayList<>())
          .add(new Inverse(atom.axes(), unit, dividend.times(divisor.inverse()), rank));
    }
  }

  private static boolean isMoebius(TreeMap<Integer, Polynomial> powers, int unit) {
    return powers.keySet().stream().allMatch(exponent -> exponent == 0 || exponent == unit);
  }

  private static RationalFunction at(TreeMap<Integer, Polynomial> powers, int exponent) {
    return RationalFunction.of(powers.getOrDefault(exponent, Polynomial.ZERO));
  }

  /** The function with the exponential replaced, once for each kept value that can stand for it. */
  List<RationalFunction> without(RationalFunction function, int exponential) {
    List<RationalFunction> results = new ArrayList<>();
    View view = universe.view(exponential);
    for (Inverse inverse : byAtom.getOrDefault(view.node(), List.of())) {
      List<Integer> outer = new ArrayList<>();
      for (int axis = 0; axis < inverse.rank; axis++) {
        outer.add(view.axes().get(inverse.axes.indexOf(axis)));
      }
      RationalFunction replaced = replace(function, exponential, inverse.unit, universe.through(inverse.value, outer));
      if (replaced != null) {
        results.add(replaced);
      }
    }
    return results;
  }

  /** Puts {@code value} in for E^unit; null where the exponents are no multiples of the unit, or E does not vanish. */
  RationalFunction replace(RationalFunction function, int exponential, int unit, RationalFunction value) {
    RationalFunction result = RationalFunction.constant(function.coefficient());
    for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
      Polynomial factor = entry.getKey();
      int power = entry.getValue();
      if (factor.isVariable() && factor.asVariable() == exponential) {
        if (power % unit != 0) {
          return null;
        }
        result = result.times(value.power(power / unit));
      } else if (!divides(unit, factor, exponential)) {
        return null;
      } else {
        result = result.times(Stability.substitute(factor, exponential, value, unit).power(power));
      }
    }
    RationalFunction reduced = ring.times(result, RationalFunction.ONE);
    return reduced.variables().contains(exponential) ? null : reduced;
  }

  private static boolean divides(int unit, Polynomial factor, int variable) {
    return factor.terms().keySet().stream().mapToInt((Monomial monomial) -> monomial.degree(variable))
        .allMatch(exponent -> exponent % unit == 0);
  }
}
