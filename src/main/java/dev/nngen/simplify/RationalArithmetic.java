package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Arithmetic of normal forms: rational functions with the properties of atoms. Indicators are 0 or 1, so c^2 = c; the q-th power of a q-th root is
 * its base; reciprocals need a factor that is known to be nonzero.
 */
final class RationalArithmetic {

  private final AtomTable atomTable;
  private final ClassBounds classBounds;
  final CoefficientNormalization normalization = new CoefficientNormalization(this::isIndicator);
  final Gathers gathers;

  RationalArithmetic(AtomTable atomTable, ClassBounds classBounds) {
    this.atomTable = atomTable;
    this.classBounds = classBounds;
    this.gathers = new Gathers(atomTable, this::inverse);
  }

  RationalFunction times(RationalFunction a, RationalFunction b) {
    return reduced(a.times(b));
  }

  RationalFunction sum(Collection<RationalFunction> summands) {
    return reduced(RationalFunction.sum(summands));
  }

  RationalFunction plus(RationalFunction a, RationalFunction b) {
    return reduced(a.plus(b));
  }

  RationalFunction minus(RationalFunction a, RationalFunction b) {
    return reduced(a.minus(b));
  }

  RationalFunction power(RationalFunction a, int exponent) {
    return exponent < 0 ? reduced(inverse(a).power(-exponent)) : reduced(a.power(exponent));
  }

  /** Returns 1 / a. For a factor that may be zero, 1 / factor is an atom, which does not cancel. */
  RationalFunction inverse(RationalFunction a) {
    for (int variable : a.variables()) {
      if (isIndicator(variable)) {
        return choose(variable, inverse(at(a, variable, Rational.ONE)), inverse(at(a, variable, Rational.ZERO)));
      }
    }
    if (a.isZero()) {
      return reciprocalAtom(a);
    }
    boolean allNonzero = classBounds.of(a).excludesZero();
    RationalFunction result = RationalFunction.constant(a.coefficient().reciprocal());
    for (Map.Entry<Polynomial, Integer> entry : a.factors().entrySet()) {
      RationalFunction factor = RationalFunction.of(entry.getKey());
      boolean safe = entry.getValue() < 0 || allNonzero || classBounds.isNonzero(entry.getKey());
      result = result.times(safe ? factor.power(-entry.getValue()) : scaledReciprocal(entry.getKey()).power(entry.getValue()));
    }
    return reduced(result);
  }

  /** Returns 1 / f as s / (s f), so that the numbers in the denominator are short. */
  private RationalFunction scaledReciprocal(Polynomial factor) {
    Rational scale = normalization.of(factor);
    return reciprocalAtom(RationalFunction.of(factor).times(scale)).times(scale);
  }

  private RationalFunction reciprocalAtom(RationalFunction factor) {
    View view = atomTable.classOf(factor);
    List<Extent> shape = atomTable.shape(view.node());
    return atomTable.entry(new Node.Power(shape, View.identity(view.node(), shape.size()), Rational.MINUS_ONE),
        view.axes());
  }

  /** Returns c a + (1 - c) b for an indicator c. */
  RationalFunction choose(int indicator, RationalFunction a, RationalFunction b) {
    RationalFunction c = RationalFunction.variable(indicator);
    return plus(times(c, a), times(RationalFunction.ONE.minus(c), b));
  }

  boolean isIndicator(int variable) {
    Node definition = atomTable.definitionOf(variable);
    return definition instanceof Node.Apply apply && apply.fn().isIndicator() || definition instanceof Node.Leaf leaf && leaf.relation().isPresent();
  }

  /** Substitutes a number for a variable that is not a factor of the denominator. */
  static RationalFunction at(RationalFunction a, int variable, Rational value) {
    RationalFunction.Product product = new RationalFunction.Product().times(RationalFunction.constant(a.coefficient()), 1);
    a.factors().forEach((factor, exponent) -> product.times(factor.at(variable, value), exponent));
    return product.build();
  }

  private RationalFunction reduced(RationalFunction a) {
    RationalFunction result = a;
    for (int variable : a.variables()) {
      if (isIndicator(variable)) {
        result = idempotent(result, variable);
      } else if (atomTable.definitionOf(variable) instanceof Node.Power root && root.exponent().signum() > 0) {
        result = rooted(result, variable, root);
      }
    }
    return gathers.resolved(result);
  }

  /** Applies f(c) = f(0) + c (f(1) - f(0)). Factors without c do not change. */
  private static RationalFunction idempotent(RationalFunction a, int variable) {
    Polynomial with = Polynomial.ONE;
    RationalFunction.Product without = new RationalFunction.Product().times(RationalFunction.constant(a.coefficient()), 1);
    int occurrences = 0;
    for (Map.Entry<Polynomial, Integer> entry : a.factors().entrySet()) {
      if (entry.getKey().contains(variable) && entry.getValue() > 0) {
        occurrences += entry.getValue() * Math.max(1, entry.getKey().degree(variable));
        with = with.times(entry.getKey().power(entry.getValue())).idempotent(variable);
      } else {
        without.times(entry.getKey(), entry.getValue());
      }
    }
    return occurrences <= 1 ? a : without.times(with, 1).build();
  }

  /** Applies r^q = base for the q-th root r. */
  private RationalFunction rooted(RationalFunction a, int variable, Node.Power root) {
    int q = root.exponent().denominator().intValueExact();
    RationalFunction base = atomTable.rewire(atomTable.normalForm(root.base()), atomTable.view(variable).axes());
    RationalFunction result = RationalFunction.constant(a.coefficient());
    for (Map.Entry<Polynomial, Integer> entry : a.factors().entrySet()) {
      Polynomial factor = entry.getKey();
      int exponent = entry.getValue();
      if (factor.isVariable() && factor.asVariable() == variable) {
        result = result.times(base.power(exponent / q)).times(RationalFunction.variable(variable).power(exponent % q));
      } else {
        result = result.times(rooted(factor, variable, q, base).power(exponent));
      }
    }
    return result;
  }

  private static RationalFunction rooted(Polynomial factor, int variable, int q, RationalFunction base) {
    if (factor.degree(variable) < q) {
      return RationalFunction.of(factor);
    }
    return RationalFunction.sum(factor.coefficients(variable).entrySet().stream().map(entry ->
        RationalFunction.of(entry.getValue()).times(base.power(entry.getKey() / q))
            .times(RationalFunction.variable(variable).power(entry.getKey() % q))).toList());
  }
}
