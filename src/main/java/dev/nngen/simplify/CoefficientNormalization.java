package dev.nngen.simplify;

import dev.nngen.ir.Rational;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Chooses the number by which a sum is multiplied for readability: 1 - A for A - 1. */
final class CoefficientNormalization {

  /** Largest number of decimal places; other numbers are fractions. */
  private static final int LONGEST = 40;
  private static final int DIGITS_OF_A_DOUBLE = 16;

  private final IntPredicate isIndicator;
  private final Map<Polynomial, Rational> known = new HashMap<>();

  /**
   * @param isIndicator true for a variable that is 0 or 1
   */
  CoefficientNormalization(IntPredicate isIndicator) {
    this.isIndicator = isIndicator;
  }

  /** Records the scale of a sum in the text. Its multiples use the same scale, up to the sign. */
  void learn(RationalFunction written) {
    if (written.factors().size() == 1 && written.factors().containsValue(1) && written.size() > 1) {
      Polynomial sum = written.factors().keySet().iterator().next();
      known.computeIfAbsent(sum, s -> written.coefficient().abs().times(Rational.of(scale(s).signum())));
    }
  }

  /** Returns the product of the scales of all sums among the factors. */
  Rational of(RationalFunction f) {
    Rational scale = Rational.ONE;
    for (Map.Entry<Polynomial, Integer> entry : f.factors().entrySet()) {
      scale = scale.times(of(entry.getKey(), entry.getValue()));
    }
    return scale;
  }

  /** Returns the scale of a power of a factor; 1 for exponents other than 1 and -1. */
  Rational of(Polynomial factor, int exponent) {
    return factor.size() > 1 && Math.abs(exponent) == 1 ? of(factor).power(exponent) : Rational.ONE;
  }

  Rational of(Polynomial p) {
    Rational scale = known.get(p);
    if (scale == null) {
      scale = moderate(p, scale(p));
      known.put(p, scale);
    }
    return scale;
  }

  /** Scales a sum with an indicator so that its first branch has coefficient 1, and other sums so that their numbers are short. */
  private Rational scale(Polynomial p) {
    for (int variable : p.variables()) {
      if (isIndicator.test(variable)) {
        Polynomial first = p.at(variable, Rational.ONE);
        return (first.isZero() ? p.at(variable, Rational.ZERO) : first).content().reciprocal();
      }
    }
    Set<Rational> candidates = new LinkedHashSet<>();
    p.terms().values().forEach(coefficient -> candidates.add(coefficient.reciprocal().abs()));
    Rational best = Rational.ONE;
    int least = digits(p, best);
    for (Rational candidate : candidates) {
      int positive = digits(p, candidate);
      int negative = positive - negativeConstant(p, candidate) + negativeConstant(p, candidate.negate());
      best = Math.min(positive, negative) < least ? negative < positive ? candidate.negate() : candidate : best;
      least = Math.min(least, Math.min(positive, negative));
    }
    return digits(p, Rational.MINUS_ONE) < least ? Rational.MINUS_ONE : best;
  }

  /** Returns the scale, or one that brings the largest number near 1 if that has more digits than a double. */
  private static Rational moderate(Polynomial p, Rational scale) {
    int digits = p.terms().values().stream().map(c -> c.times(scale).abs())
        .mapToInt(c -> c.numerator().divide(c.denominator()).toString().length()).max().orElse(0);
    return digits > DIGITS_OF_A_DOUBLE ? scale.times(Rational.of(10).power(1 - digits)) : scale;
  }

  /** Returns the number of digits of the scaled sum, plus one for a negative constant. */
  static int digits(Polynomial p, Rational scale) {
    return negativeConstant(p, scale) + p.terms().values().stream().mapToInt(c -> digits(c.times(scale).abs())).sum();
  }

  private static int negativeConstant(Polynomial p, Rational scale) {
    return p.constantTerm().signum() * scale.signum() < 0 ? 1 : 0;
  }

  /** Returns the number of digits of a decimal, or of a fraction if there is no short decimal. */
  private static int digits(Rational r) {
    BigInteger rest = r.denominator();
    int places = 0;
    for (; places < LONGEST && !rest.equals(BigInteger.ONE); places++) {
      rest = rest.divide(rest.gcd(BigInteger.TEN));
    }
    int fraction = r.toString().length();
    int above = r.numerator().toString().length();
    int plain = r.numerator().multiply(BigInteger.TEN.pow(places)).divide(r.denominator()).toString().length();
    return places == LONGEST ? fraction : Math.min(fraction, Math.min(above + places, Math.max(plain, places) + 1));
  }
}
