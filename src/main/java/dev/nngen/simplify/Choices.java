package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;

/** Writes what is linear in an indicator c, c a + (1 - c) b, as where(c, a, b). */
final class Choices {

  private final Ring ring;
  private final Assembly target;
  private final Function<RationalFunction, View> part;
  private final Function<RationalFunction, Node.Term> term;
  private final Predicate<RationalFunction> isWritten;

  /**
   * @param part writes a part of a function as an operand
   * @param term writes a part of a function as a term of a sum
   */
  Choices(Ring ring, Assembly target, Function<RationalFunction, View> part, Function<RationalFunction, Node.Term> term,
      Predicate<RationalFunction> isWritten) {
    this.ring = ring;
    this.target = target;
    this.part = part;
    this.term = term;
    this.isWritten = isWritten;
  }

  /** A product as a choice where one branch is zero or has a smaller denominator; empty where there is no such indicator. */
  OptionalInt product(RationalFunction f, List<Extent> shape) {
    for (int variable : f.variables()) {
      if (ring.isIndicator(variable) && f.denominator().degree(variable) == 0) {
        RationalFunction a = Ring.at(f, variable, Rational.ONE);
        RationalFunction b = Ring.at(f, variable, Rational.ZERO);
        if (isSimpler(a, f) || isSimpler(b, f)) {
          RationalFunction common = a.size() < b.size() ? a : b;
          RationalFunction rest = ring.minus(f, common);
          boolean isShared = !common.isZero() && rest.size() < Math.max(a.size(), b.size());
          return OptionalInt.of(isShared ? sum(rest, common, shape) : choice(variable, a, b, shape));
        }
      }
    }
    return OptionalInt.empty();
  }

  /**
   * True for a branch that is zero or has a smaller denominator than both have together. It is written for itself: a maximum that is
   * multiplied and divided by the other branch's denominator no longer equals the entry that it is.
   */
  private static boolean isSimpler(RationalFunction branch, RationalFunction both) {
    return branch.isZero() || both.factors().entrySet().stream()
        .anyMatch(factor -> factor.getValue() < 0 && branch.factors().getOrDefault(factor.getKey(), 0) > factor.getValue());
  }

  /** where(c, a, b); where(c, d, 0) + b where a has all terms of b and d besides, and the same for b; empty where there is no indicator. */
  OptionalInt sum(Polynomial p, List<Extent> shape) {
    for (int variable : p.variables()) {
      if (ring.isIndicator(variable)) {
        Polynomial a = p.at(variable, Rational.ONE);
        Polynomial b = p.at(variable, Rational.ZERO);
        Polynomial common = a.size() < b.size() ? a : b;
        boolean isShared = !common.isZero() && a.minus(b).size() == Math.abs(a.size() - b.size());
        return OptionalInt.of(isShared ? sum(RationalFunction.of(p.minus(common)), RationalFunction.of(common), shape)
            : choice(variable, RationalFunction.of(a), RationalFunction.of(b), shape));
      }
    }
    return OptionalInt.empty();
  }

  private int sum(RationalFunction chosen, RationalFunction common, List<Extent> shape) {
    return target.sum(Rational.ZERO, List.of(term.apply(chosen), term.apply(common)), shape);
  }

  /** where(c, a, b); where(1 - c, b, a) where only that comparison is there already. */
  private int choice(int indicator, RationalFunction a, RationalFunction b, List<Extent> shape) {
    RationalFunction condition = RationalFunction.variable(indicator);
    RationalFunction opposite = RationalFunction.ONE.minus(condition);
    boolean turned = !isWritten.test(condition) && isWritten.test(opposite);
    return turned ? target.choice(part.apply(opposite), part.apply(b), part.apply(a), shape)
        : target.choice(part.apply(condition), part.apply(a), part.apply(b), shape);
  }
}
