package dev.nngen.model;

import dev.nngen.ir.Rational;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Exact constant folding. Operations without an exact result, or with a very long one, are left to later stages. */
final class Folding {

  /** Maximum number of bits of a number, so that a tower of powers cannot exhaust the memory. */
  private static final int MAX_BITS = 4096;

  private Folding() {}

  static Optional<Rational> fold(Op op, List<Rational> x) {
    if (op instanceof Op.Operator operator) {
      return operator(operator, x).filter(Folding::isShort);
    }
    return op instanceof Op.Function function ? function(function, x) : Optional.empty();
  }

  private static Optional<Rational> operator(Op.Operator operator, List<Rational> x) {
    Rational a = x.get(0);
    Rational b = x.get(x.size() - 1);
    return switch (operator) {
      case ADD -> Optional.of(a.plus(b));
      case SUBTRACT -> Optional.of(a.minus(b));
      case MULTIPLY, MATRIX_PRODUCT -> Optional.of(a.times(b));
      case DIVIDE -> b.isZero() ? Optional.empty() : Optional.of(a.over(b));
      case POWER -> power(a, b);
      case NEGATE -> Optional.of(a.negate());
      case LESS -> truth(a.compareTo(b) < 0);
      case AT_MOST -> truth(a.compareTo(b) <= 0);
      case GREATER -> truth(a.compareTo(b) > 0);
      case AT_LEAST -> truth(a.compareTo(b) >= 0);
      case EQUAL -> truth(a.equals(b));
      case NOT_EQUAL -> truth(!a.equals(b));
      case AND -> truth(!a.isZero() && !b.isZero());
      case OR -> truth(!a.isZero() || !b.isZero());
      case NOT -> truth(a.isZero());
      case TRANSPOSE, SAMPLED_PRODUCT, SAMPLED_TRANSPOSE, TURN, BROADCAST, TRAINING, DERIVATIVE -> Optional.empty();
    };
  }

  private static Optional<Rational> function(Op.Function function, List<Rational> x) {
    Rational a = x.get(0);
    Rational b = x.get(x.size() - 1);
    return switch (function.fn()) {
      case ABS -> Optional.of(a.signum() < 0 ? a.negate() : a);
      case SIGN -> Optional.of(Rational.of(a.signum()));
      case FLOOR -> Optional.of(floor(a));
      case STOP -> Optional.of(a);
      case MAXIMUM -> Optional.of(a.compareTo(b) >= 0 ? a : b);
      case MINIMUM -> Optional.of(a.compareTo(b) <= 0 ? a : b);
      case GREATER -> truth(a.compareTo(b) > 0);
      case AT_LEAST -> truth(a.compareTo(b) >= 0);
      case EQUAL -> truth(a.equals(b));
      case WEIGHTED -> Optional.of(a.times(b));
      case WHERE -> Optional.of(a.isZero() ? b : x.get(1));
      default -> Optional.empty();
    };
  }

  private static Optional<Rational> power(Rational base, Rational exponent) {
    if (!exponent.isSmallInteger(MAX_BITS) || base.isZero() && exponent.signum() < 0) {
      return Optional.empty();
    }
    int n = exponent.intValueExact();
    return bits(base) * Math.abs((long) n) > MAX_BITS ? Optional.empty() : Optional.of(base.power(n));
  }

  private static Rational floor(Rational a) {
    BigInteger[] parts = a.numerator().divideAndRemainder(a.denominator());
    return new Rational(parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0], BigInteger.ONE);
  }

  private static Optional<Rational> truth(boolean value) {
    return Optional.of(value ? Rational.ONE : Rational.ZERO);
  }

  private static boolean isShort(Rational a) {
    return bits(a) <= MAX_BITS;
  }

  private static long bits(Rational a) {
    return Math.max(a.numerator().bitLength(), a.denominator().bitLength());
  }
}
