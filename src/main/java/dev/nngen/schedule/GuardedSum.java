package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A nest that adds products of two entries under conditions on their subscripts.
 *
 * @param conditions expressions of positions; a term is 0 if one of them is negative
 * @param scale other factors, which are equal for all terms
 */
record GuardedSum(LoopNest nest, Reduce sum, Set<Relation.Affine> conditions, List<Scalar.Load> factors, List<Scalar> scale) {

  /** Matches a nest; empty if it is of another form. */
  static Optional<GuardedSum> of(LoopNest nest) {
    if (nest.flat() || nest.effects().size() != 1 || !(nest.effects().get(0) instanceof Reduce sum) || sum.reduction() != Reduction.SUM) {
      return Optional.empty();
    }
    GuardedSum found = new GuardedSum(nest, sum, new LinkedHashSet<>(), new ArrayList<>(), new ArrayList<>());
    return found.collect(sum.value()) && found.factors.size() == 2 ? Optional.of(found) : Optional.empty();
  }

  /** Collects the factors of an expression; false if it is not a product of conditions and entries. */
  private boolean collect(Scalar value) {
    Optional<LoopNest.Let> let = nest.lets().stream().filter(l -> l.depth() > 0 && value.equals(new Scalar.Local(l.id()))).findFirst();
    if (let.isPresent()) {
      return collect(let.get().value());
    }
    if (value instanceof Scalar.Product product) {
      return product.factors().stream().allMatch(this::collect);
    }
    if (value instanceof Scalar.Apply where && where.fn() == Fn.WHERE && where.arguments().get(2).equals(new Scalar.Number(Rational.ZERO))) {
      return condition(where.arguments().get(0)) && collect(where.arguments().get(1));
    }
    if (value instanceof Scalar.Load load && !load.at().isEmpty() && load.numbers().isEmpty()) {
      return factors.add(load);
    }
    return isSame(value) ? scale.add(value) : condition(value);
  }

  private boolean condition(Scalar value) {
    Optional<Relation.Affine> known = LoopLimits.notNegative(nest, value);
    known.ifPresent(conditions::add);
    return known.isPresent();
  }

  /** Whether the expression is equal at all points. */
  private boolean isSame(Scalar value) {
    return !Accesses.anyPart(value, part -> part instanceof Scalar.Position || part instanceof Scalar.Load load && !load.at().isEmpty()
        || part instanceof Scalar.Local local && nest.lets().stream().anyMatch(let -> let.depth() > 0 && let.id() == local.id()));
  }

  /** Returns the subscript at a position; empty if it is not affine. */
  Optional<Relation.Affine> subscript(int position) {
    int axes = nest.axes().size();
    return position < axes ? Optional.of(Relation.Affine.axis(position))
        : Optional.of(nest.derived().get(position - axes)).filter(derived -> derived.divisor() == 1 && derived.modulus() == 0).map(derived -> Relation.Affine.of(derived.value().terms(), derived.value().constant()));
  }

  /** Returns the nest without conditions and with other entries as factors. */
  LoopNest with(List<LoopNest.Derived> derived, List<Scalar.Load> others) {
    List<Scalar> product = new ArrayList<>(others);
    product.addAll(scale);
    Scalar one = new Scalar.Number(Rational.ONE);
    if (!sum.isOuter() && !sum.scale().equals(one)) {
      product.add(sum.scale());
    }
    return new LoopNest(nest.axes(), derived, false, nest.lets().stream().filter(let -> let.depth() == 0).toList(),
        List.of(new Reduce(Reduction.SUM, sum.to(), sum.at(), new Scalar.Product(product), sum.isOuter() ? sum.scale() : one)));
  }

  /** Whether the sum covers only a part of the tensor's entries. */
  boolean isPart() {
    return sum.at().stream().anyMatch(position -> position >= nest.axes().size());
  }
}
