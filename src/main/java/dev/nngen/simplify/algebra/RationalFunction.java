package dev.nngen.simplify.algebra;

import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/**
 * A quotient of polynomials, stored as a coefficient and a product of primitive polynomials to nonzero integer powers. So products stay factored and
 * only sums are expanded. Numerator and denominator have no common divisor that {@link PolynomialGcd} finds. Immutable.
 */
public final class RationalFunction {

  public static final RationalFunction ZERO = new RationalFunction(Rational.ZERO, new TreeMap<>());
  public static final RationalFunction ONE = constant(Rational.ONE);

  private final Rational coefficient;
  private final TreeMap<Polynomial, Integer> factors;
  private int hash;
  private SortedSet<Integer> variables;

  private RationalFunction(Rational coefficient, TreeMap<Polynomial, Integer> factors) {
    this.coefficient = coefficient;
    this.factors = coefficient.isZero() ? new TreeMap<>() : factors;
  }

  public static RationalFunction constant(Rational value) {
    return new RationalFunction(value, new TreeMap<>());
  }

  public static RationalFunction variable(int variable) {
    return of(Polynomial.variable(variable));
  }

  public static RationalFunction of(Polynomial polynomial) {
    return new Product().times(polynomial, 1).build();
  }

  public Rational coefficient() {
    return coefficient;
  }

  /** The primitive factors with nonzero exponents, in a fixed order. */
  public Map<Polynomial, Integer> factors() {
    return Collections.unmodifiableMap(factors);
  }

  public boolean isZero() {
    return coefficient.isZero();
  }

  public boolean isConstant() {
    return factors.isEmpty();
  }

  public boolean isOne() {
    return factors.isEmpty() && coefficient.isOne();
  }

  /** True for one variable with exponent and coefficient 1. */
  public boolean isVariable() {
    return coefficient.isOne() && factors.size() == 1 && factors.firstKey().isVariable() && factors.firstEntry().getValue() == 1;
  }

  public SortedSet<Integer> variables() {
    if (variables == null) {
      SortedSet<Integer> found = new TreeSet<>();
      factors.keySet().forEach(factor -> found.addAll(factor.variables()));
      variables = Collections.unmodifiableSortedSet(found);
    }
    return variables;
  }

  /** The total number of terms of all factors. */
  public int size() {
    return factors.keySet().stream().mapToInt(Polynomial::size).sum();
  }

  public RationalFunction times(RationalFunction other) {
    return new Product().times(this, 1).times(other, 1).build();
  }

  public RationalFunction times(Rational factor) {
    return new RationalFunction(coefficient.times(factor), factors);
  }

  /** Returns the reciprocal; ArithmeticException for zero. */
  public RationalFunction inverse() {
    return power(-1);
  }

  public RationalFunction power(int exponent) {
    TreeMap<Polynomial, Integer> powers = new TreeMap<>();
    if (exponent != 0) {
      factors.forEach((factor, k) -> powers.put(factor, k * exponent));
    }
    return new RationalFunction(coefficient.power(exponent), powers);
  }

  public RationalFunction plus(RationalFunction other) {
    return sum(List.of(this, other));
  }

  public RationalFunction minus(RationalFunction other) {
    return plus(other.times(Rational.MINUS_ONE));
  }

  /** Returns the sum over the lowest common denominator. Common factors of all summands stay factors. */
  public static RationalFunction sum(Collection<RationalFunction> summands) {
    List<RationalFunction> rest = new ArrayList<>(summands);
    rest.removeIf(RationalFunction::isZero);
    if (rest.size() <= 1) {
      return rest.isEmpty() ? ZERO : rest.get(0);
    }
    TreeMap<Polynomial, Integer> common = common(rest);
    Polynomial total = Polynomial.ZERO;
    for (RationalFunction summand : rest) {
      total = total.plus(summand.expandedOver(common));
    }
    return new Product().times(new RationalFunction(Rational.ONE, common), 1).times(total, 1).build();
  }

  /** Returns an upper bound of the number of terms of the sum, multiplied out; at most {@code enough}. */
  public static int termsOfSum(Collection<RationalFunction> summands, int enough) {
    List<RationalFunction> rest = summands.stream().filter(summand -> !summand.isZero()).toList();
    if (rest.size() <= 1) {
      return 0;
    }
    TreeMap<Polynomial, Integer> common = common(rest);
    int total = 0;
    for (RationalFunction summand : rest) {
      total = Math.min(enough, total + summand.termsOver(common, enough));
    }
    return total;
  }

  private int termsOver(TreeMap<Polynomial, Integer> common, int enough) {
    TreeSet<Polynomial> all = new TreeSet<>(factors.keySet());
    all.addAll(common.keySet());
    double terms = 1;
    for (Polynomial factor : all) {
      terms *= Math.pow(factor.size(), factors.getOrDefault(factor, 0) - common.getOrDefault(factor, 0));
    }
    return (int) Math.min(enough, terms);
  }

  private static TreeMap<Polynomial, Integer> common(List<RationalFunction> summands) {
    TreeMap<Polynomial, Integer> common = new TreeMap<>();
    for (RationalFunction summand : summands) {
      summand.factors.keySet().forEach(factor -> common.put(factor, 0));
    }
    common.replaceAll((factor, none) ->
        summands.stream().mapToInt(summand -> summand.factors.getOrDefault(factor, 0)).min().getAsInt());
    common.values().removeIf(exponent -> exponent == 0);
    return common;
  }

  private Polynomial expandedOver(TreeMap<Polynomial, Integer> common) {
    Polynomial result = Polynomial.constant(coefficient);
    TreeSet<Polynomial> all = new TreeSet<>(factors.keySet());
    all.addAll(common.keySet());
    for (Polynomial factor : all) {
      result = result.times(factor.power(factors.getOrDefault(factor, 0) - common.getOrDefault(factor, 0)));
    }
    return result;
  }

  /** Returns the product of the factors with positive exponents, multiplied out, without the coefficient. */
  public Polynomial numerator() {
    return multiplied(1);
  }

  /** Returns the product of the factors with negative exponents, multiplied out. */
  public Polynomial denominator() {
    return multiplied(-1);
  }

  /** Returns the product of the factors that contain the variable, without the coefficient. */
  public RationalFunction factorsWith(int variable) {
    TreeMap<Polynomial, Integer> with = new TreeMap<>(factors);
    with.keySet().removeIf(factor -> !factor.variables().contains(variable));
    return new RationalFunction(Rational.ONE, with);
  }

  private Polynomial multiplied(int sign) {
    Polynomial result = Polynomial.ONE;
    for (Map.Entry<Polynomial, Integer> entry : factors.entrySet()) {
      if (sign * entry.getValue() > 0) {
        result = result.times(entry.getKey().power(Math.abs(entry.getValue())));
      }
    }
    return result;
  }

  /** Multiplies factors out if fewer terms result: 1 - a^2 for (1 - a) (1 + a). */
  public RationalFunction merged() {
    for (Polynomial a : factors.keySet()) {
      for (Polynomial b : factors.tailMap(a, false).keySet()) {
        Polynomial product = a.size() > 1 && b.size() > 1 && factors.get(a).equals(factors.get(b)) ? a.times(b) : null;
        if (product != null && product.size() <= Math.max(a.size(), b.size())) {
          TreeMap<Polynomial, Integer> rest = new TreeMap<>(factors);
          rest.remove(a);
          rest.put(product, rest.remove(b));
          return new RationalFunction(coefficient, rest).merged();
        }
      }
    }
    return this;
  }

  /** Renames variables. Different variables may get the same name. */
  public RationalFunction renamed(IntUnaryOperator rename) {
    Map<Integer, Integer> names = new HashMap<>();
    Map<Polynomial, Integer> renamed = new LinkedHashMap<>();
    factors.forEach((factor, exponent) -> renamed.put(
        factor.renamed(v -> names.computeIfAbsent(v, rename::applyAsInt)), exponent));
    if (new HashSet<>(names.values()).size() == names.size()) {
      return renamedApart(renamed);
    }
    Product together = new Product().times(constant(coefficient), 1);
    factors.forEach((factor, exponent) -> together.times(factor.renamed(names::get), exponent));
    return together.build();
  }

  /** Renames to different variables, so that nothing cancels. Only the sign of a leading term may change. */
  private RationalFunction renamedApart(Map<Polynomial, Integer> renamed) {
    Rational signed = coefficient;
    TreeMap<Polynomial, Integer> powers = new TreeMap<>();
    for (Map.Entry<Polynomial, Integer> entry : renamed.entrySet()) {
      boolean flips = entry.getKey().leadingCoefficient().signum() < 0;
      powers.put(flips ? entry.getKey().times(Rational.MINUS_ONE) : entry.getKey(), entry.getValue());
      signed = flips && entry.getValue() % 2 != 0 ? signed.negate() : signed;
    }
    return new RationalFunction(signed, powers);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof RationalFunction that && hashCode() == that.hashCode()
        && coefficient.equals(that.coefficient) && factors.equals(that.factors);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      int sum = coefficient.hashCode();
      for (Map.Entry<Polynomial, Integer> factor : factors.entrySet()) {
        sum += Monomial.mixed(factor.getKey().hashCode() + factor.getValue());
      }
      hash = sum;
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(coefficient.toString());
    factors.forEach((factor, exponent) -> text.append(" (").append(factor).append(")^").append(exponent));
    return text.toString();
  }

  /** Collects factors: extracts contents and monomials, merges equal factors and cancels common divisors. */
  public static final class Product {
    private Rational coefficient = Rational.ONE;
    private final TreeMap<Polynomial, Integer> factors = new TreeMap<>();

    public Product times(RationalFunction function, int exponent) {
      coefficient = coefficient.times(function.coefficient.power(exponent));
      // The factors of one function have no common divisors.
      boolean isFirst = factors.isEmpty() && exponent != 0;
      function.factors.forEach((factor, k) -> {
        if (isFirst) {
          factors.put(factor, k * exponent);
        } else {
          insert(factor, k * exponent);
        }
      });
      return this;
    }

    /** Multiplies by a power of a polynomial; ArithmeticException for zero to a negative power. */
    public Product times(Polynomial polynomial, int exponent) {
      Rational content = polynomial.isZero() ? Rational.ZERO : polynomial.content();
      coefficient = coefficient.times(content.power(exponent));
      if (polynomial.isZero()) {
        return this;
      }
      Monomial monomial = polynomial.commonMonomial();
      for (int k = 0; k < monomial.size(); k++) {
        insert(Polynomial.variable(monomial.variable(k)), monomial.exponent(k) * exponent);
      }
      insert(polynomial.over(monomial).primitive(), exponent);
      return this;
    }

    private void insert(Polynomial factor, int exponent) {
      if (factor.isOne() || exponent == 0) {
        return;
      }
      if (!factors.containsKey(factor) && !factor.isVariable()) {
        for (Map.Entry<Polynomial, Integer> entry : factors.entrySet()) {
          Polynomial other = entry.getKey();
          if (entry.getValue() * exponent < 0 && !other.isVariable()) {
            Polynomial divisor = PolynomialGcd.gcd(factor, other);
            if (!divisor.isOne()) {
              split(factor, exponent, other, divisor);
              return;
            }
          }
        }
      }
      merge(factor, exponent);
    }

    private void split(Polynomial factor, int exponent, Polynomial other, Polynomial divisor) {
      int power = factors.remove(other);
      insert(factor.divideExact(divisor).primitive(), exponent);
      insert(other.divideExact(divisor).primitive(), power);
      insert(divisor, exponent + power);
    }

    private void merge(Polynomial factor, int exponent) {
      int sum = factors.getOrDefault(factor, 0) + exponent;
      if (sum == 0) {
        factors.remove(factor);
      } else {
        factors.put(factor, sum);
      }
    }

    public RationalFunction build() {
      return new RationalFunction(coefficient, factors);
    }
  }
}
