package dev.nngen.simplify;

import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A coefficient times powers of views: a term of a sum, over the axes of one loop nest. Immutable. Equality ignores the order of factors.
 *
 * @param powers nonzero exponents, in the order of the factors; not changed later
 */
record FactoredTerm(Rational coefficient, Map<View, Rational> powers) {

  static final FactoredTerm ONE = number(Rational.ONE);

  FactoredTerm {
    powers = Collections.unmodifiableMap(powers);
  }

  static FactoredTerm number(Rational value) {
    return new FactoredTerm(value, Map.of());
  }

  static FactoredTerm of(View view) {
    return new FactoredTerm(Rational.ONE, Map.of(view, Rational.ONE));
  }

  boolean isNumber() {
    return powers.isEmpty();
  }

  /** True for one value to the power 1, with any coefficient. */
  boolean isSingle() {
    return powers.size() == 1 && powers.values().iterator().next().isOne();
  }

  View first() {
    return powers.keySet().iterator().next();
  }

  Rational exponent(View base) {
    return powers.getOrDefault(base, Rational.ZERO);
  }

  FactoredTerm times(Rational factor) {
    return new FactoredTerm(coefficient.times(factor), powers);
  }

  FactoredTerm times(View base, Rational exponent) {
    Map<View, Rational> product = new LinkedHashMap<>(powers);
    multiply(product, base, exponent);
    return new FactoredTerm(coefficient, product);
  }

  FactoredTerm times(FactoredTerm other) {
    Map<View, Rational> product = new LinkedHashMap<>(powers);
    other.powers.forEach((base, exponent) -> multiply(product, base, exponent));
    return new FactoredTerm(coefficient.times(other.coefficient), product);
  }

  private static void multiply(Map<View, Rational> product, View base, Rational exponent) {
    if (product.merge(base, exponent, Rational::plus).isZero()) {
      product.remove(base);
    }
  }

  FactoredTerm power(int exponent) {
    Map<View, Rational> raised = new LinkedHashMap<>();
    powers.forEach((base, k) -> raised.put(base, k.times(Rational.of(exponent))));
    return new FactoredTerm(coefficient.power(exponent), exponent == 0 ? Map.of() : raised);
  }

  /** Returns the factors that satisfy a condition, without the coefficient. */
  FactoredTerm only(Predicate<View> condition) {
    Map<View, Rational> chosen = new LinkedHashMap<>(powers);
    chosen.keySet().removeIf(condition.negate());
    return new FactoredTerm(Rational.ONE, chosen);
  }

  FactoredTerm without(View base) {
    return only(other -> !other.equals(base)).times(coefficient);
  }

  /** Returns the term without its coefficient. */
  FactoredTerm unit() {
    return new FactoredTerm(Rational.ONE, powers);
  }

  /** Applies a change to every view. */
  FactoredTerm map(UnaryOperator<View> change) {
    Map<View, Rational> mapped = new LinkedHashMap<>();
    powers.forEach((base, exponent) -> multiply(mapped, change.apply(base), exponent));
    return new FactoredTerm(coefficient, mapped);
  }

  /** Returns the term in an outer loop nest, whose axis {@code outer.get(i)} is axis {@code i} here. */
  FactoredTerm rewire(List<Integer> outer) {
    return map(view -> view.rewire(outer));
  }

  /** Returns the loop axes of the factors. */
  SortedSet<Integer> axes() {
    SortedSet<Integer> axes = new TreeSet<>();
    powers.keySet().forEach(view -> axes.addAll(view.axes()));
    return axes;
  }

  /** The number of factors, with multiplicity. */
  int size() {
    return powers.values().stream().mapToInt(k -> k.isInteger() ? k.abs().intValueExact() : 1).sum();
  }
}
