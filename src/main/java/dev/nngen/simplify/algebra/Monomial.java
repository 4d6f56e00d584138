package dev.nngen.simplify.algebra;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** A product of variables to positive powers, ordered lexicographically with the largest variable first. */
public final class Monomial implements Comparable<Monomial> {

  public static final Monomial ONE = new Monomial(new int[0], new int[0]);

  private final int[] variables;
  private final int[] exponents;

  private Monomial(int[] variables, int[] exponents) {
    this.variables = variables;
    this.exponents = exponents;
  }

  public static Monomial of(int variable, int exponent) {
    return exponent == 0 ? ONE : new Monomial(new int[] {variable}, new int[] {exponent});
  }

  /** The number of different variables. */
  public int size() {
    return variables.length;
  }

  /** The {@code k}-th variable, in ascending order. */
  public int variable(int k) {
    return variables[k];
  }

  /** The exponent of the {@code k}-th variable. */
  public int exponent(int k) {
    return exponents[k];
  }

  /** The exponent of a variable, 0 if it does not occur. */
  public int degree(int variable) {
    int k = Arrays.binarySearch(variables, variable);
    return k < 0 ? 0 : exponents[k];
  }

  public int totalDegree() {
    return Arrays.stream(exponents).sum();
  }

  public Monomial times(Monomial other) {
    return combine(other, 1);
  }

  /** Returns the quotient, null if the other does not divide this one. */
  public Monomial over(Monomial other) {
    for (int k = 0; k < other.size(); k++) {
      if (degree(other.variables[k]) < other.exponents[k]) {
        return null;
      }
    }
    return combine(other, -1);
  }

  /** Returns the largest monomial that divides both. */
  public Monomial gcd(Monomial other) {
    Monomial common = ONE;
    for (int k = 0; k < size(); k++) {
      common = common.times(of(variables[k], Math.min(exponents[k], other.degree(variables[k]))));
    }
    return common;
  }

  /** Returns this monomial without the variable. */
  public Monomial without(int variable) {
    int degree = degree(variable);
    return degree == 0 ? this : combine(of(variable, degree), -1);
  }

  public Monomial renamed(IntUnaryOperator rename) {
    Monomial result = ONE;
    for (int k = 0; k < size(); k++) {
      result = result.times(of(rename.applyAsInt(variables[k]), exponents[k]));
    }
    return result;
  }

  private Monomial combine(Monomial other, int sign) {
    if (other.size() == 0 || size() == 0 && sign > 0) {
      return other.size() == 0 ? this : other;
    }
    int[] vs = new int[size() + other.size()];
    int[] es = new int[vs.length];
    int n = 0;
    for (int i = 0, j = 0; i < size() || j < other.size(); ) {
      boolean takeLeft = j == other.size() || i < size() && variables[i] <= other.variables[j];
      boolean takeRight = i == size() || j < other.size() && other.variables[j] <= variables[i];
      int variable = takeLeft ? variables[i] : other.variables[j];
      int exponent = (takeLeft ? exponents[i++] : 0) + (takeRight ? sign * other.exponents[j++] : 0);
      if (exponent != 0) {
        vs[n] = variable;
        es[n++] = exponent;
      }
    }
    return n == 0 ? ONE : new Monomial(Arrays.copyOf(vs, n), Arrays.copyOf(es, n));
  }

  @Override
  public int compareTo(Monomial other) {
    int i = size() - 1;
    int j = other.size() - 1;
    for (; i >= 0 && j >= 0; i--, j--) {
      if (variables[i] != other.variables[j]) {
        return Integer.compare(variables[i], other.variables[j]);
      }
      if (exponents[i] != other.exponents[j]) {
        return Integer.compare(exponents[i], other.exponents[j]);
      }
    }
    return Integer.compare(i, j);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Monomial that && Arrays.equals(variables, that.variables)
        && Arrays.equals(exponents, that.exponents);
  }

  /** Bits are mixed: variables are consecutive numbers, so hashes that are linear in them would collide in sums and products. */
  @Override
  public int hashCode() {
    int hash = 1;
    for (int k = 0; k < size(); k++) {
      hash = mixed(31 * mixed(hash + variables[k]) + exponents[k]);
    }
    return hash;
  }

  /** The finalizer of MurmurHash3, in which each bit of the argument changes about half of the bits of the result. */
  static int mixed(int bits) {
    int hash = (bits ^ bits >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < size(); k++) {
      text.append(k == 0 ? "" : "*").append('v').append(variables[k]).append(exponents[k] == 1 ? "" : "^" + exponents[k]);
    }
    return text.isEmpty() ? "1" : text.toString();
  }
}
