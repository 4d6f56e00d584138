package dev.nngen.simplify.algebra;

import dev.nngen.ir.Rational;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;

/**
 * Finds the variables that a common divisor can have, by univariate images modulo a prime with numbers for the other variables (von zur Gathen and
 * Gerhard, Modern Computer Algebra, section 6.2). It is cheap for coprime polynomials, the most frequent case.
 */
final class ModularImages {

  private static final long PRIME = Integer.MAX_VALUE;
  private static final BigInteger BIG_PRIME = BigInteger.valueOf(PRIME);

  private ModularImages() {}

  /** False if no common divisor of the two has the variable. */
  static boolean mayShare(Polynomial a, Polynomial b, int variable) {
    long[] high = image(a, variable);
    long[] low = image(b, variable);
    if (high[high.length - 1] == 0 && low[low.length - 1] == 0) {
      return true;
    }
    high = trimmed(high);
    low = trimmed(low);
    while (low.length > 0) {
      long[] rest = remainder(high, low);
      high = low;
      low = rest;
    }
    return high.length > 1;
  }

  /** Returns the coefficients of the powers of the variable. */
  private static long[] image(Polynomial polynomial, int variable) {
    long[] image = new long[polynomial.degree(variable) + 1];
    for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
      long value = residue(term.getValue());
      for (int k = 0; k < term.getKey().size(); k++) {
        if (term.getKey().variable(k) != variable) {
          value = value * power(number(term.getKey().variable(k)), term.getKey().exponent(k)) % PRIME;
        }
      }
      int degree = term.getKey().degree(variable);
      image[degree] = (image[degree] + value) % PRIME;
    }
    return image;
  }

  private static long residue(Rational number) {
    return number.numerator().mod(BIG_PRIME).longValueExact() * number.denominator().modInverse(BIG_PRIME).longValueExact() % PRIME;
  }

  /** Returns the number for a variable, the same for all polynomials. */
  private static long number(int variable) {
    return Math.floorMod((variable + 1) * 0x9E3779B97F4A7C15L >>> 7, PRIME - 1) + 1;
  }

  private static long power(long base, long exponent) {
    long power = 1;
    for (long k = 0; k < exponent; k++) {
      power = power * base % PRIME;
    }
    return power;
  }

  private static long[] remainder(long[] dividend, long[] divisor) {
    long[] rest = dividend.clone();
    long inverse = BigInteger.valueOf(divisor[divisor.length - 1]).modInverse(BIG_PRIME).longValueExact();
    for (int top = rest.length - 1; top >= divisor.length - 1; top--) {
      long factor = rest[top] * inverse % PRIME;
      for (int k = 0; k < divisor.length; k++) {
        int at = top - divisor.length + 1 + k;
        rest[at] = Math.floorMod(rest[at] - factor * divisor[k] % PRIME, PRIME);
      }
    }
    return trimmed(rest);
  }

  private static long[] trimmed(long[] polynomial) {
    int length = polynomial.length;
    while (length > 0 && polynomial[length - 1] == 0) {
      length--;
    }
    return Arrays.copyOf(polynomial, length);
  }
}
