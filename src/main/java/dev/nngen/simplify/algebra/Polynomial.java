package dev.nngen.simplify.algebra;

import dev.nngen.ir.Rational;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/** A sparse polynomial in several variables with rational coefficients. Immutable. */
public final class Polynomial implements Comparable<Polynomial> {

  public static final Polynomial ZERO = new Polynomial(new TreeMap<>());
  public static final Polynomial ONE = constant(Rational.ONE);

  private final TreeMap<Monomial, Rational> terms;
  private int hash;
  private Rational content;
  private SortedSet<Integer> variables;
  /** The terms from the leading one down, for comparisons. */
  private List<Map.Entry<Monomial, Rational>> descending;

  private Polynomial(TreeMap<Monomial, Rational> terms) {
    this.terms = terms;
  }

  public static Polynomial constant(Rational value) {
    return term(value, Monomial.ONE);
  }

  public static Polynomial variable(int variable) {
    return term(Rational.ONE, Monomial.of(variable, 1));
  }

  public static Polynomial term(Rational coefficient, Monomial monomial) {
    TreeMap<Monomial, Rational> terms = new TreeMap<>();
    if (!coefficient.isZero()) {
      terms.put(monomial, coefficient);
    }
    return new Polynomial(terms);
  }

  /** Terms in ascending order of their monomials; no coefficient is zero. */
  public NavigableMap<Monomial, Rational> terms() {
    return Collections.unmodifiableNavigableMap(terms);
  }

  public boolean isZero() {
    return terms.isEmpty();
  }

  public boolean isConstant() {
    return terms.isEmpty() || terms.size() == 1 && terms.firstKey().size() == 0;
  }

  public boolean isOne() {
    return isConstant() && constantTerm().isOne();
  }

  /** True for a single variable with coefficient and exponent one. */
  public boolean isVariable() {
    return terms.size() == 1 && terms.firstEntry().getValue().isOne() && terms.firstKey().totalDegree() == 1;
  }

  /** Returns the variable of a polynomial for which {@link #isVariable} is true. */
  public int asVariable() {
    return terms.firstKey().variable(0);
  }

  public int size() {
    return terms.size();
  }

  public Rational constantTerm() {
    return terms.getOrDefault(Monomial.ONE, Rational.ZERO);
  }

  public Rational leadingCoefficient() {
    return isZero() ? Rational.ZERO : terms.lastEntry().getValue();
  }

  public SortedSet<Integer> variables() {
    if (variables == null) {
      SortedSet<Integer> found = new TreeSet<>();
      for (Monomial monomial : terms.keySet()) {
        for (int k = 0; k < monomial.size(); k++) {
          found.add(monomial.variable(k));
        }
      }
      variables = Collections.unmodifiableSortedSet(found);
    }
    return variables;
  }

  public boolean contains(int variable) {
    return variables().contains(variable);
  }

  public int degree(int variable) {
    return terms.keySet().stream().mapToInt(monomial -> monomial.degree(variable)).max().orElse(0);
  }

  public int totalDegree() {
    return terms.keySet().stream().mapToInt(Monomial::totalDegree).max().orElse(0);
  }

  public Polynomial plus(Polynomial other) {
    TreeMap<Monomial, Rational> sum = new TreeMap<>(terms);
    other.terms.forEach((monomial, coefficient) -> add(sum, monomial, coefficient));
    return new Polynomial(sum);
  }

  public Polynomial minus(Polynomial other) {
    return plus(other.times(Rational.MINUS_ONE));
  }

  public Polynomial times(Rational factor) {
    TreeMap<Monomial, Rational> product = new TreeMap<>();
    if (!factor.isZero()) {
      terms.forEach((monomial, coefficient) -> product.put(monomial, coefficient.times(factor)));
    }
    return new Polynomial(product);
  }

  public Polynomial times(Polynomial other) {
    TreeMap<Monomial, Rational> product = new TreeMap<>();
    terms.forEach((a, x) -> other.terms.forEach((b, y) -> add(product, a.times(b), x.times(y))));
    return new Polynomial(product);
  }

  public Polynomial power(int exponent) {
    Polynomial result = ONE;
    for (int k = 0; k < exponent; k++) {
      result = result.times(this);
    }
    return result;
  }

  private static void add(TreeMap<Monomial, Rational> terms, Monomial monomial, Rational coefficient) {
    Rational sum = terms.getOrDefault(monomial, Rational.ZERO).plus(coefficient);
    if (sum.isZero()) {
      terms.remove(monomial);
    } else {
      terms.put(monomial, sum);
    }
  }

  /** Returns the largest monomial that divides every term, 1 for the zero polynomial. */
  public Monomial commonMonomial() {
    Monomial common = null;
    for (Monomial monomial : terms.keySet()) {
      common = common == null ? monomial : common.gcd(monomial);
    }
    return common == null ? Monomial.ONE : common;
  }

  /** Returns the quotient by a monomial that divides every term. */
  public Polynomial over(Monomial divisor) {
    TreeMap<Monomial, Rational> quotient = new TreeMap<>();
    terms.forEach((monomial, coefficient) -> quotient.put(monomial.over(divisor), coefficient));
    return new Polynomial(quotient);
  }

  /** Returns the rational c for which this is c times a primitive polynomial: coprime integer coefficients, the leading one positive. */
  public Rational content() {
    if (content == null) {
      BigInteger numerator = BigInteger.ZERO;
      BigInteger denominator = BigInteger.ONE;
      for (Rational coefficient : terms.values()) {
        numerator = numerator.equals(BigInteger.ONE) ? numerator : numerator.gcd(coefficient.numerator());
        denominator = coefficient.isInteger() ? denominator : denominator.multiply(coefficient.denominator()).divide(denominator.gcd(coefficient.denominator()));
      }
      Rational positive = isZero() ? Rational.ONE : new Rational(numerator, denominator);
      content = leadingCoefficient().signum() < 0 ? positive.negate() : positive;
    }
    return content;
  }

  public Polynomial primitive() {
    Rational content = content();
    return content.isOne() ? this : times(content.reciprocal());
  }

  /** Returns the exact quotient, null if the nonzero divisor does not divide this polynomial. */
  public Polynomial divideExact(Polynomial divisor) {
    Map.Entry<Monomial, Rational> lead = divisor.terms.lastEntry();
    Polynomial rest = this;
    TreeMap<Monomial, Rational> quotient = new TreeMap<>();
    while (!rest.isZero()) {
      Map.Entry<Monomial, Rational> top = rest.terms.lastEntry();
      Monomial monomial = top.getKey().over(lead.getKey());
      if (monomial == null) {
        return null;
      }
      Rational coefficient = top.getValue().over(lead.getValue());
      quotient.put(monomial, coefficient);
      rest = rest.minus(divisor.times(term(coefficient, monomial)));
    }
    return new Polynomial(quotient);
  }

  /** Returns the coefficients of the powers of the variable, as polynomials in the other variables. */
  public TreeMap<Integer, Polynomial> coefficients(int variable) {
    TreeMap<Integer, TreeMap<Monomial, Rational>> byDegree = new TreeMap<>();
    terms.forEach((monomial, coefficient) ->
        byDegree.computeIfAbsent(monomial.degree(variable), degree -> new TreeMap<>()).put(monomial.without(variable), coefficient));
    TreeMap<Integer, Polynomial> result = new TreeMap<>();
    byDegree.forEach((degree, multiplied) -> result.put(degree, new Polynomial(multiplied)));
    return result;
  }

  /** Substitutes a number for a variable. */
  public Polynomial at(int variable, Rational value) {
    Polynomial result = ZERO;
    for (Map.Entry<Integer, Polynomial> entry : coefficients(variable).entrySet()) {
      result = result.plus(entry.getValue().times(value.power(entry.getKey())));
    }
    return result;
  }

  /** Applies x^2 = x for a variable that is 0 or 1. */
  public Polynomial idempotent(int variable) {
    if (degree(variable) <= 1) {
      return this;
    }
    Polynomial atZero = at(variable, Rational.ZERO);
    return atZero.plus(at(variable, Rational.ONE).minus(atZero).times(variable(variable)));
  }

  public Polynomial renamed(IntUnaryOperator rename) {
    TreeMap<Monomial, Rational> result = new TreeMap<>();
    terms.forEach((monomial, coefficient) -> add(result, monomial.renamed(rename), coefficient));
    return new Polynomial(result);
  }

  @Override
  public int compareTo(Polynomial other) {
    if (this == other) {
      return 0;
    }
    List<Map.Entry<Monomial, Rational>> mine = descending();
    List<Map.Entry<Monomial, Rational>> theirs = other.descending();
    for (int k = 0; k < Math.min(mine.size(), theirs.size()); k++) {
      int order = mine.get(k).getKey().compareTo(theirs.get(k).getKey());
      order = order != 0 ? order : mine.get(k).getValue().compareTo(theirs.get(k).getValue());
      if (order != 0) {
        return order;
      }
    }
    return Integer.signum(mine.size() - theirs.size());
  }

  private List<Map.Entry<Monomial, Rational>> descending() {
    descending = descending == null ? List.copyOf(terms.descendingMap().entrySet()) : descending;
    return descending;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Polynomial that && hashCode() == that.hashCode() && terms.equals(that.terms);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      int sum = 0;
      for (Map.Entry<Monomial, Rational> term : terms.entrySet()) {
        sum += Monomial.mixed(term.getKey().hashCode() + term.getValue().hashCode());
      }
      hash = sum;
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    terms.descendingMap().forEach((monomial, coefficient) ->
        text.append(text.isEmpty() ? "" : " + ").append(coefficient).append('*').append(monomial));
    return text.isEmpty() ? "0" : text.toString();
  }
}
