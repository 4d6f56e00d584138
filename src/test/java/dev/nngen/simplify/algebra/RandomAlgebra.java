package dev.nngen.simplify.algebra;

import dev.nngen.ir.Rational;
import java.util.Map;
import java.util.Random;

/** Random polynomials in a few variables, and their values at rational points. */
final class RandomAlgebra {

  static final int VARIABLES = 4;

  private final Random random;

  RandomAlgebra(long seed) {
    random = new Random(seed);
  }

  Rational rational() {
    return Rational.of(random.nextInt(13) - 6, 1 + random.nextInt(4));
  }

  Rational[] point() {
    Rational[] point = new Rational[VARIABLES];
    for (int k = 0; k < VARIABLES; k++) {
      point[k] = Rational.of(random.nextInt(199) - 99, 1 + random.nextInt(17));
    }
    return point;
  }

  Monomial monomial(int degree) {
    Monomial product = Monomial.ONE;
    for (int k = random.nextInt(degree + 1); k > 0; k--) {
      product = product.times(Monomial.of(random.nextInt(VARIABLES), 1));
    }
    return product;
  }

  Polynomial polynomial(int terms, int degree) {
    Polynomial sum = Polynomial.ZERO;
    for (int k = 1 + random.nextInt(terms); k > 0; k--) {
      sum = sum.plus(Polynomial.term(rational(), monomial(degree)));
    }
    return sum;
  }

  Polynomial nonzero(int terms, int degree) {
    Polynomial drawn = polynomial(terms, degree);
    return drawn.isZero() ? nonzero(terms, degree) : drawn;
  }

  RationalFunction function() {
    RationalFunction above = RationalFunction.of(polynomial(3, 2));
    return above.times(RationalFunction.of(nonzero(3, 2)).power(1 - random.nextInt(3))).times(rational());
  }

  static Rational value(Polynomial polynomial, Rational[] point) {
    Rational sum = Rational.ZERO;
    for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
      Rational product = term.getValue();
      for (int k = 0; k < term.getKey().size(); k++) {
        product = product.times(point[term.getKey().variable(k)].power(term.getKey().exponent(k)));
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  /** ArithmeticException at a pole. */
  static Rational value(RationalFunction function, Rational[] point) {
    Rational product = function.coefficient();
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      product = product.times(value(factor.getKey(), point).power(factor.getValue()));
    }
    return product;
  }
}
