package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns conditions on subscripts into loop bounds: {@code sum of where(2*y + i - p >= 0, ..., 0)} over i begins with the first i that satisfies the
 * condition. No zeros are added, and no iteration tests the condition. A condition becomes a bound of the innermost loop that it depends on, if that
 * loop sums and all sums of the nest have the condition.
 *
 * @param given number of outer loops that others generate; a condition on them alone leaves an inner summing loop without iterations
 * @param conditions those that became bounds: expressions of positions that must be nonnegative
 */
record LoopLimits(LoopNest nest, int given, List<Relation.Affine> conditions) {

  static LoopLimits of(LoopNest nest, int given) {
    Optional<List<Relation.Affine>> common = nest.effects().stream().map(effect -> conditions(nest, effect, given))
        .reduce((one, other) -> one.equals(other) ? one : List.of());
    return new LoopLimits(nest, given, common.orElse(List.of()));
  }

  static LoopLimits none(LoopNest nest) {
    return new LoopLimits(nest, 0, List.of());
  }

  private static List<Relation.Affine> conditions(LoopNest nest, Effect effect, int given) {
    if (!(effect instanceof Reduce reduce) || reduce.reduction() != Reduction.SUM) {
      return List.of();
    }
    List<Relation.Affine> conditions = new ArrayList<>();
    for (Scalar value = effect.value(); condition(nest, value).isPresent(); value = inner(value)) {
      condition(nest, value).filter(affine -> innermost(affine) >= 0 && (innermost(affine) < given ? summed(nest) >= given : !reduce.at().contains(innermost(affine))))
          .ifPresent(conditions::add);
    }
    return conditions;
  }

  private static int innermost(Relation.Affine affine) {
    return affine.terms().stream().mapToInt(Relation.Term::axis).max().orElse(-1);
  }

  /** Returns the innermost loop over which all effects sum; -1 if there is none. */
  private static int summed(LoopNest nest) {
    int loop = nest.axes().size() - 1;
    while (loop >= 0 && !isSummed(nest, loop)) {
      loop--;
    }
    return loop;
  }

  private static boolean isSummed(LoopNest nest, int loop) {
    return nest.effects().stream().noneMatch(effect -> effect.at().contains(loop));
  }

  private static Scalar inner(Scalar where) {
    return ((Scalar.Apply) where).arguments().get(1);
  }

  /** Returns the condition of a conditional expression whose other branch is 0, as an expression of positions that must be nonnegative. */
  private static Optional<Relation.Affine> condition(LoopNest nest, Scalar value) {
    boolean chooses = value instanceof Scalar.Apply where && where.fn() == Fn.WHERE && where.arguments().get(2).equals(new Scalar.Number(Rational.ZERO));
    return chooses ? notNegative(nest, ((Scalar.Apply) value).arguments().get(0)) : Optional.empty();
  }

  /** Returns an expression that is nonnegative exactly if a comparison of integers holds; empty for other expressions. */
  static Optional<Relation.Affine> notNegative(LoopNest nest, Scalar comparison) {
    if (!(comparison instanceof Scalar.Apply compared) || compared.fn() != Fn.AT_LEAST) {
      return Optional.empty();
    }
    Optional<Relation.Affine> left = affine(nest, compared.arguments().get(0));
    return left.flatMap(l -> affine(nest, compared.arguments().get(1)).map(l::minus));
  }

  private static Optional<Relation.Affine> affine(LoopNest nest, Scalar scalar) {
    if (scalar instanceof Scalar.Number number) {
      return Optional.of(number.value()).filter(n -> n.isSmallInteger(Integer.MAX_VALUE)).map(n -> Relation.Affine.constant(n.intValueExact()));
    }
    if (!(scalar instanceof Scalar.Position position)) {
      return Optional.empty();
    }
    int axes = nest.axes().size();
    if (position.position() < axes) {
      return Optional.of(Relation.Affine.axis(position.position()));
    }
    LoopNest.Derived derived = nest.derived().get(position.position() - axes);
    return Optional.of(derived.value()).filter(value -> derived.divisor() == 1 && derived.modulus() == 0);
  }

  /** Returns the value of an effect within the bounds. */
  Scalar value(Effect effect) {
    return conditions.isEmpty() ? effect.value() : without(effect.value());
  }

  private Scalar without(Scalar value) {
    Optional<Relation.Affine> condition = condition(nest, value);
    if (condition.isEmpty()) {
      return value;
    }
    Scalar inner = without(inner(value));
    return conditions.contains(condition.get()) ? inner
        : new Scalar.Apply(Fn.WHERE, List.of(((Scalar.Apply) value).arguments().get(0), inner, ((Scalar.Apply) value).arguments().get(2)));
  }

  /** Returns the lower limits of the loop at that depth, given the numbers at outer positions. */
  List<Bound.Quotient> from(int depth, Function<Integer, Affine> numbers) {
    return limits(depth, true, numbers);
  }

  List<Bound.Quotient> to(int depth, Function<Integer, Affine> numbers) {
    return limits(depth, false, numbers);
  }

  /** Solves {@code a q + rest >= 0} for q: at least -rest / a rounded up, or below rest / -a rounded down, plus 1. */
  private List<Bound.Quotient> limits(int depth, boolean lower, Function<Integer, Affine> numbers) {
    List<Bound.Quotient> limits = new ArrayList<>();
    for (Relation.Affine condition : conditions) {
      if (innermost(condition) < given && !lower && depth == summed(nest)) {
        Affine number = Affine.of(condition.constant().plus(1));
        for (Relation.Term term : condition.terms()) {
          number = number.plus(numbers.apply(term.axis()).times(term.coefficient()));
        }
        limits.add(new Bound.Quotient(number.times(nest.axes().subList(depth, depth + 1)), 1));
      }
      long a = innermost(condition) == depth && depth >= given ? condition.coefficient(depth) : 0;
      if (a != 0 && lower == a > 0) {
        Affine rest = Affine.of(condition.constant());
        for (Relation.Term term : condition.terms()) {
          rest = term.axis() == depth ? rest : rest.plus(numbers.apply(term.axis()).times(term.coefficient()));
        }
        limits.add(lower ? new Bound.Quotient(rest.times(-1).plus(Affine.of(a - 1)), a) : new Bound.Quotient(rest.plus(Affine.of(-a)), -a));
      }
    }
    return limits;
  }
}
