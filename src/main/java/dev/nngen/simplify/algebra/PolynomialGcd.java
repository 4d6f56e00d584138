package dev.nngen.simplify.algebra;

import dev.nngen.ir.Rational;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.TreeMap;

/**
 * Greatest common divisors by primitive polynomial remainder sequences (Knuth, The Art of Computer Programming, volume 2, section 4.6.1), one
 * variable after the other.
 */
public final class PolynomialGcd {

  /** Polynomials with more terms are treated as coprime. A fraction that is not reduced is still correct. */
  private static final int MAX_TERMS = 60;
  /** The computation stops at a remainder with more terms. */
  private static final int MAX_REMAINDER = 400;

  private PolynomialGcd() {}

  /** Returns a primitive polynomial that divides both: the greatest common divisor, or a smaller one if the bounds above are exceeded. */
  public static Polynomial gcd(Polynomial a, Polynomial b) {
    if (a.isZero() || b.isZero()) {
      return (a.isZero() ? b : a).primitive();
    }
    SortedSet<Integer> common = new TreeSet<>(a.variables());
    common.retainAll(b.variables());
    if (common.isEmpty() || a.size() > MAX_TERMS || b.size() > MAX_TERMS
        || common.stream().noneMatch(variable -> ModularImages.mayShare(a, b, variable))) {
      return Polynomial.ONE;
    }
    Monomial monomial = a.commonMonomial().gcd(b.commonMonomial());
    Polynomial rest = general(a.over(a.commonMonomial()).primitive(), b.over(b.commonMonomial()).primitive());
    return rest.times(Polynomial.term(Rational.ONE, monomial)).primitive();
  }

  private static Polynomial general(Polynomial a, Polynomial b) {
    SortedSet<Integer> common = new TreeSet<>(a.variables());
    common.retainAll(b.variables());
    if (common.isEmpty()) {
      return Polynomial.ONE;
    }
    int variable = common.last();
    Polynomial contentA = content(a, variable);
    Polynomial contentB = content(b, variable);
    Polynomial content = gcd(contentA, contentB);
    Polynomial primitive = remainders(a.divideExact(contentA), b.divideExact(contentB), variable);
    return content.times(primitive).primitive();
  }

  /** Returns the gcd of the coefficients of the powers of the variable. */
  private static Polynomial content(Polynomial p, int variable) {
    Polynomial content = Polynomial.ZERO;
    for (Polynomial coefficient : p.coefficients(variable).values()) {
      content = gcd(content, coefficient);
      if (content.isOne()) {
        break;
      }
    }
    return content;
  }

  private static Polynomial remainders(Polynomial a, Polynomial b, int variable) {
    boolean ordered = a.degree(variable) >= b.degree(variable);
    Polynomial high = ordered ? a : b;
    Polynomial low = ordered ? b : a;
    while (!low.isZero()) {
      if (low.degree(variable) == 0 || low.size() > MAX_TERMS) {
        return Polynomial.ONE;
      }
      Polynomial remainder = pseudoRemainder(high, low, variable);
      if (remainder.size() > MAX_REMAINDER) {
        return Polynomial.ONE;
      }
      high = low;
      low = remainder.isZero() ? remainder : primitivePart(remainder, variable);
    }
    return primitivePart(high, variable);
  }

  private static Polynomial primitivePart(Polynomial p, int variable) {
    return p.divideExact(content(p, variable)).primitive();
  }

  private static Polynomial pseudoRemainder(Polynomial dividend, Polynomial divisor, int variable) {
    TreeMap<Integer, Polynomial> low = divisor.coefficients(variable);
    Map.Entry<Integer, Polynomial> lead = low.lastEntry();
    Polynomial rest = dividend;
    while (!rest.isZero() && rest.degree(variable) >= lead.getKey() && rest.size() <= MAX_REMAINDER) {
      Map.Entry<Integer, Polynomial> top = rest.coefficients(variable).lastEntry();
      Polynomial shift = Polynomial.term(Rational.ONE, Monomial.of(variable, top.getKey() - lead.getKey()));
      rest = rest.times(lead.getValue()).minus(divisor.times(shift).times(top.getValue()));
    }
    return rest;
  }
}
