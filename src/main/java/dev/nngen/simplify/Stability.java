package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Other forms of a meaning that stay finite where exponentials overflow. All are identities:
 *
 * <ul>
 *   <li>log(1 + e^u) = max(u, 0) + log1p(e^-|u|) (Maechler, Accurately computing log(1 - exp(-|a|)), 2012)
 *   <li>sum_k e^(u_k) = e^M sum_k e^(u_k - M) with M = max_k u_k (Blanchard, Higham and Higham, Accurately computing the
 *       log-sum-exp and softmax functions, 2021)
 * </ul>
 */
final class Stability {

  private final Universe universe;
  private final Domains domains;
  private final Ring ring;
  private final Functions functions;
  private final Contractions contractions;
  private final Map<Integer, Boolean> growing = new HashMap<>();

  Stability(Meanings meanings) {
    this.universe = meanings.universe;
    this.domains = meanings.domains;
    this.ring = meanings.ring;
    this.functions = meanings.functions;
    this.contractions = meanings.contractions;
  }

  /** True for an exponential that may overflow. */
  boolean isGrowing(int variable) {
    return growing.computeIfAbsent(variable, this::mayOverflow);
  }

  private boolean mayOverflow(int variable) {
    return universe.isApplied(Fn.EXP, variable) && !domains.isNeverPositive(universe.meaning(universe.argumentOf(variable).node()));
  }

  /** True where an exponential stands both above and in a sum below, where a sum of them stands below, or either inside a logarithm. */
  boolean isUnstable(RationalFunction function) {
    for (int variable : function.variables()) {
      boolean above = false;
      boolean below = false;
      boolean belowInSum = false;
      for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
        boolean here = entry.getKey().contains(variable);
        above |= here && entry.getValue() > 0;
        below |= here && entry.getValue() < 0;
        belowInSum |= here && entry.getValue() < 0 && entry.getKey().size() > 1;
      }
      if (isGrowing(variable) && above && belowInSum || growingSum(variable).isPresent() && below
          || growingLogarithm(variable)) {
        return true;
      }
    }
    return false;
  }

  private boolean growingLogarithm(int variable) {
    return universe.isApplied(Fn.LOG, variable) && universe.meaning(universe.argumentOf(variable).node()).variables().stream()
            .anyMatch(v -> isGrowing(v) || growingSum(v).isPresent());
  }

  /** The function with logarithms and sums of exponentials in forms that do not overflow, where there are such forms. */
  RationalFunction stabilized(RationalFunction function) {
    RationalFunction result = function;
    for (int variable : function.variables()) {
      if (growingLogarithm(variable)) {
        Optional<RationalFunction> stable = logarithm(universe.meaning(universe.argumentOf(variable)));
        if (stable.isPresent()) {
          result = substitute(result, variable, stable.get());
        }
      }
    }
    return shifted(result);
  }

  private Optional<RationalFunction> logarithm(RationalFunction argument) {
    if (argument.isVariable()) {
      int variable = argument.variables().first();
      return growingSum(variable).map(sum -> {
        Shift shift = shift(variable, sum);
        return ring.plus(shift.maximum.times(Rational.of(shift.power)), functions.log(shift.sum));
      });
    }
    return softplus(argument);
  }

  /** log(a + b e^(n u)) = log a + max(v, 0) + log1p(e^-|v|) with v = n u + log(b / a), for positive numbers a, b. */
  private Optional<RationalFunction> softplus(RationalFunction argument) {
    if (argument.factors().size() != 1 || argument.numerator().size() != 2) {
      return Optional.empty();
    }
    Polynomial terms = argument.numerator().times(argument.coefficient());
    Rational a = terms.constantTerm();
    Monomial exponential = terms.terms().keySet().stream().filter(monomial -> monomial.size() > 0).findFirst().orElseThrow();
    Rational b = terms.terms().get(exponential);
    if (a.signum() <= 0 || b.signum() <= 0 || exponential.size() != 1 || !isGrowing(exponential.variable(0))) {
      return Optional.empty();
    }
    RationalFunction u = exponentOf(exponential.variable(0)).times(Rational.of(exponential.exponent(0)));
    RationalFunction v = ring.plus(u, functions.log(RationalFunction.constant(b.over(a))));
    RationalFunction magnitude = functions.apply(Fn.ABS, List.of(v));
    RationalFunction tail = raw(Fn.LOG1P, List.of(functions.exp(magnitude.times(Rational.MINUS_ONE))));
    RationalFunction positive = raw(Fn.MAXIMUM, List.of(v, RationalFunction.ZERO));
    return Optional.of(ring.sum(List.of(functions.log(RationalFunction.constant(a)), positive, tail)));
  }

  /** The function as it stands, without the rule that would take it apart again. */
  private RationalFunction raw(Fn fn, List<RationalFunction> arguments) {
    View view = universe.classOf(arguments.get(0));
    List<Extent> shape = universe.shape(view.node());
    List<View> wired = new ArrayList<>();
    wired.add(View.identity(view.node(), shape.size()));
    arguments.subList(1, arguments.size()).forEach(argument -> wired.add(universe.classOf(argument)));
    return universe.entry(new Node.Apply(fn, shape, wired), view.axes());
  }

  /** u, where the variable is exp(u). */
  RationalFunction exponentOf(int variable) {
    return universe.meaning(universe.argumentOf(variable));
  }

  // ---- sums of exponentials ----

  /** The exponential that a sum over axes runs over; empty where the variable is no such sum. */
  private Optional<Exponential> growingSum(int variable) {
    if (!(universe.definitionOf(variable) instanceof Node.Product sum)) {
      return Optional.empty();
    }
    Optional<Exponential> found = Optional.empty();
    for (View factor : sum.factors()) {
      RationalFunction meaning = universe.meaning(factor.node());
      for (int v : meaning.variables()) {
        boolean summed = factor.through(List.copyOf(loopNumbers(sum))).axes().stream().anyMatch(axis -> axis >= sum.rank());
        Integer power = meaning.factors().get(Polynomial.variable(v));
        if (isGrowing(v) && summed) {
          boolean plain = power != null && power > 0
              && meaning.factors().keySet().stream().filter(p -> p.contains(v)).count() == 1;
          if (found.isPresent() || !plain) {
            return Optional.empty();
          }
          found = Optional.of(new Exponential(sum, factor, v, power));
        }
      }
    }
    return found;
  }

  private static List<Integer> loopNumbers(Node.Product sum) {
    return View.identity(0, sum.loops().size()).axes();
  }

  /** {@code sum} runs over exp(u)^power times other things; {@code variable} is exp(u) in the axes of the factor's class. */
  private record Exponential(Node.Product sum, View factor, int variable, int power) {}

  /**
   * S = exp(maximum)^power sum.
   *
   * @param maximum the largest exponent
   * @param scale exp(maximum)
   * @param sum the sum with all exponents lowered by it
   */
  private record Shift(RationalFunction maximum, RationalFunction scale, int power, RationalFunction sum) {}

  private Shift shift(int variable, Exponential e) {
    List<Integer> outer = universe.view(variable).axes();
    RationalFunction exponent = whole(universe.through(exponentOf(e.variable), e.factor.axes()));
    RationalFunction maximum = contractions.max(e.sum.loops(), e.sum.rank(), exponent);
    RationalFunction lowered = functions.exp(ring.minus(exponent, maximum)).power(e.power);
    List<RationalFunction> factors = new ArrayList<>();
    for (View factor : e.sum.factors()) {
      RationalFunction meaning = universe.meaning(factor);
      boolean carries = factor.equals(e.factor);
      int wired = carries ? universe.variable(universe.view(e.variable).through(factor.axes())) : -1;
      factors.add(carries ? meaning.times(RationalFunction.variable(wired).power(-e.power)).times(lowered) : meaning);
    }
    RationalFunction sum = contractions.sum(e.sum.loops(), e.sum.rank(), factors);
    RationalFunction top = universe.through(maximum, outer);
    return new Shift(top, functions.exp(top), e.power, universe.through(sum, outer));
  }

  /** An exponent as it is, where its difference from the maximum would be brought to one denominator and multiplied out. */
  private RationalFunction whole(RationalFunction exponent) {
    Rational scale = exponent.coefficient();
    return exponent.denominator().isConstant() ? exponent : universe.whole(exponent.times(scale.reciprocal())).times(scale);
  }

  /** Puts shifted sums and exponentials in; taken only where the scale e^M cancels. */
  private RationalFunction shifted(RationalFunction function) {
    RationalFunction result = function;
    for (int variable : function.variables()) {
      Optional<Exponential> sum = growingSum(variable);
      if (sum.isPresent()) {
        RationalFunction replaced = withShift(result, variable, sum.get());
        result = replaced == null ? result : replaced;
      }
    }
    return result;
  }

  private RationalFunction withShift(RationalFunction function, int variable, Exponential e) {
    Shift shift = shift(variable, e);
    if (!shift.scale.isVariable() && shift.scale.factors().size() != 1) {
      return null;
    }
    RationalFunction result = substitute(function, variable, shift.scale.power(shift.power).times(shift.sum));
    int atom = universe.view(e.variable).node();
    for (int v : function.variables()) {
      if (universe.view(v).node() == atom) {
        RationalFunction lowered = functions.exp(ring.minus(whole(exponentOf(v)), shift.maximum));
        result = substitute(result, v, lowered.times(shift.scale));
      }
    }
    int scale = shift.scale.variables().first();
    return result.variables().contains(scale) ? null : result;
  }

  /** The function with a function put in for a variable. */
  RationalFunction substitute(RationalFunction function, int variable, RationalFunction value) {
    RationalFunction result = RationalFunction.constant(function.coefficient());
    for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
      result = result.times(substitute(entry.getKey(), variable, value, 1).power(entry.getValue()));
    }
    return ring.times(result, RationalFunction.ONE);
  }

  /** The polynomial with {@code value} put in for the variable to the power {@code unit}, which divides all its exponents. */
  static RationalFunction substitute(Polynomial polynomial, int variable, RationalFunction value, int unit) {
    if (!polynomial.contains(variable)) {
      return RationalFunction.of(polynomial);
    }
    return RationalFunction.sum(polynomial.coefficients(variable).entrySet().stream()
        .map(entry -> RationalFunction.of(entry.getValue()).times(value.power(entry.getKey() / unit))).toList());
  }
}
