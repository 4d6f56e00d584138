package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Writes products that stay finite because a bounded function reaches its limit sooner than a power overflows. In
 * (1 + T) (1 + Z + Z^3 - T (Z + Z^3)) for T = tanh(..) infinity meets 0; in 1 + T + (1 - T^2) Z + (1 - T^2) Z Z Z it does not.
 */
final class Saturation {

  private final Universe universe;
  private final Domains domains;
  private final Scales scales;
  private final Factoring factoring;
  private final Assembly target;
  private final Function<RationalFunction, View> part;

  /** @param part writes a part of a function as an operand */
  Saturation(Meanings meanings, Factoring factoring, Assembly target, Function<RationalFunction, View> part) {
    this.universe = meanings.universe;
    this.domains = meanings.domains;
    this.scales = meanings.ring.scales;
    this.factoring = factoring;
    this.target = target;
    this.part = part;
  }

  /** What may vanish and the sum that may overflow, multiplied out; empty where the function has no such two factors. */
  OptionalInt product(RationalFunction f, List<Extent> shape) {
    for (Polynomial vanishing : f.factors().keySet()) {
      List<Integer> bounded = tensors(vanishing);
      if (Factoring.isSum(f, vanishing) && bounded.size() == 1 && vanishes(domains.of(vanishing))) {
        for (Polynomial growing : f.factors().keySet()) {
          Optional<Integer> variable = growsIn(growing, bounded.get(0));
          if (variable.isPresent() && Factoring.isSum(f, growing)) {
            Polynomial product = vanishing.times(growing);
            Rational first = RationalFunction.of(product.coefficients(variable.get()).firstEntry().getValue()).coefficient();
            RationalFunction rest = f.times(RationalFunction.of(vanishing).times(RationalFunction.of(growing)).inverse()).times(first);
            View powers = View.identity(powers(product.times(first.reciprocal()), variable.get(), shape), shape.size());
            return OptionalInt.of(target.product(shape, shape.size(), List.of(part.apply(rest), powers)));
          }
        }
      }
    }
    return OptionalInt.empty();
  }

  private List<Integer> tensors(Polynomial sum) {
    return sum.variables().stream().filter(variable -> !universe.view(variable).axes().isEmpty()).toList();
  }

  /** True for a bounded range that ends at zero, where a function reaches its limit. */
  private static boolean vanishes(Interval range) {
    return isBounded(range) && (range.low() == 0 || range.high() == 0);
  }

  private static boolean isBounded(Interval range) {
    return Double.isFinite(range.low()) && Double.isFinite(range.high());
  }

  /** The unbounded variable of which a sum has a power, where the bounded one is all that it has besides. */
  private Optional<Integer> growsIn(Polynomial sum, int bounded) {
    List<Integer> others = tensors(sum).stream().filter(variable -> variable != bounded).toList();
    boolean grows = others.size() == 1 && sum.contains(bounded) && sum.degree(others.get(0)) > 1
        && !isBounded(domains.of(RationalFunction.variable(others.get(0))));
    return grows ? Optional.of(others.get(0)) : Optional.empty();
  }

  /** c_0 + c_1 v + c_2 v v + ..., each power multiplied one by one into what vanishes. */
  private int powers(Polynomial sum, int variable, List<Extent> shape) {
    List<Node.Term> terms = new ArrayList<>();
    sum.coefficients(variable).forEach((exponent, coefficient) -> terms.add(power(RationalFunction.of(coefficient), variable, exponent, shape)));
    return target.sum(Rational.ZERO, terms, shape);
  }

  private Node.Term power(RationalFunction coefficient, int variable, int exponent, List<Extent> shape) {
    RationalFunction v = RationalFunction.variable(variable);
    RationalFunction scalar = factoring.scalar(coefficient);
    RationalFunction tensor = coefficient.times(scalar.inverse()).times(v.power(Math.min(exponent, 1)));
    Rational scale = scales.of(tensor);
    View product = part.apply(tensor.times(tensor.coefficient().reciprocal()).times(scale));
    for (int power = 1; power < exponent; power++) {
      product = View.identity(target.product(shape, shape.size(), List.of(product, part.apply(v))), shape.size());
    }
    int scaled = target.product(shape, shape.size(), List.of(part.apply(scalar), product));
    return new Node.Term(tensor.coefficient().over(scale), View.identity(scaled, shape.size()));
  }
}
