package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writes products of exponentials as one, and quotients in an exponential in a form that is finite whatever it is. */
final class Exponentials {

  private final Universe universe;
  private final Ring ring;
  private final Stability stability;
  private final Assembly target;
  private final Function<RationalFunction, View> part;

  /** @param part writes a part of a function as an operand */
  Exponentials(Universe universe, Ring ring, Stability stability, Assembly target, Function<RationalFunction, View> part) {
    this.universe = universe;
    this.ring = ring;
    this.stability = stability;
    this.target = target;
    this.part = part;
  }

  /** True for one exponential. */
  boolean isExponential(Polynomial factor) {
    return factor.isVariable() && isExponential(factor.asVariable());
  }

  boolean isExponential(int variable) {
    return universe.isApplied(Fn.EXP, variable);
  }

  /** True for a product of powers of exponentials, with coefficient one. */
  boolean isPure(RationalFunction f) {
    return f.coefficient().isOne() && f.factors().keySet().stream().allMatch(this::isExponential);
  }

  /** One exponential for a product of powers of them, whose exponents are added up one by one where no terms of them cancel. */
  int exponential(RationalFunction f, List<Extent> shape) {
    List<RationalFunction> exponents = new ArrayList<>();
    f.factors().forEach((factor, power) ->
        exponents.add(stability.exponentOf(factor.asVariable()).times(Rational.of(power))));
    RationalFunction sum = ring.sum(exponents);
    boolean cancels = exponents.size() == 1 || sum.size() < exponents.stream().mapToInt(RationalFunction::size).sum();
    View exponent = cancels ? part.apply(sum) : View.identity(target.sum(Rational.ZERO, exponents.stream()
        .map(u -> new Node.Term(u.coefficient(), part.apply(u.times(u.coefficient().reciprocal())))).toList(), shape), shape.size());
    return target.graph().add(new Node.Apply(Fn.EXP, shape, List.of(exponent)));
  }

  /** X / (1 + X) or 1 / (1 + X) for X = E^n. */
  boolean isSigmoid(RationalFunction f) {
    Polynomial below = f.denominator();
    Polynomial above = f.numerator();
    if (below.size() != 2 || above.size() != 1 || !below.constantTerm().isOne() || !below.leadingCoefficient().isOne()) {
      return false;
    }
    Monomial x = below.terms().keySet().stream().filter(monomial -> monomial.size() > 0).findFirst().orElseThrow();
    Monomial top = above.terms().keySet().iterator().next();
    return x.size() == 1 && isExponential(Polynomial.variable(x.variable(0))) && (top.equals(x) || top.size() == 0);
  }

  /** 1 / (1 + 1/X) or 1 / (1 + X), which is finite whatever X is. */
  int sigmoid(RationalFunction f, List<Extent> shape) {
    Polynomial below = f.denominator();
    Monomial x = below.terms().keySet().stream().filter(monomial -> monomial.size() > 0).findFirst().orElseThrow();
    RationalFunction power = RationalFunction.of(Polynomial.term(Rational.ONE, x));
    View e = part.apply(f.numerator().isOne() ? power : power.inverse());
    int sum = target.sum(Rational.ONE, List.of(new Node.Term(Rational.ONE, e)), shape);
    return target.power(View.identity(sum, shape.size()), Rational.MINUS_ONE, shape);
  }

  /** The function in terms of s = X / (1 + X) instead of X = E^n: X = s / (1 - s). Nothing where it is one already. */
  List<RationalFunction> bySigmoid(Kept kept, RationalFunction f, int exponential) {
    if (!stability.isGrowing(exponential) || isSigmoid(f)) {
      return List.of();
    }
    int unit = unit(f, exponential);
    RationalFunction x = RationalFunction.variable(exponential).power(unit);
    RationalFunction s = universe.whole(x.times(x.plus(RationalFunction.ONE).inverse()));
    RationalFunction value = s.times(RationalFunction.ONE.minus(s).inverse());
    RationalFunction replaced = kept.replace(f, exponential, unit, value);
    return replaced == null ? List.of() : List.of(replaced);
  }

  /** The greatest common divisor of the exponents with which the variable occurs. */
  private static int unit(RationalFunction f, int variable) {
    BigInteger unit = BigInteger.ZERO;
    for (Map.Entry<Polynomial, Integer> entry : f.factors().entrySet()) {
      boolean plain = entry.getKey().isVariable();
      for (Monomial monomial : entry.getKey().terms().keySet()) {
        int degree = monomial.degree(variable) * (plain ? entry.getValue() : 1);
        unit = unit.gcd(BigInteger.valueOf(degree));
      }
    }
    return unit.intValueExact();
  }
}
