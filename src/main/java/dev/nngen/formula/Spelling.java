package dev.nngen.formula;

import dev.nngen.ir.Rational;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Functions and numbers as a text writes them. Formulas follow it: a fifth is {@code 1/5} where the text divides by 5, and 0.2 where it has 0.2.
 *
 * @param functions functions that definitions may call
 * @param decimals the numbers with a decimal point or an exponent
 * @param isText whether formulas follow a text; without one, fractions and decimals depend on their length only
 */
public record Spelling(List<CallPattern> functions, Set<Rational> decimals, boolean isText) {

  /** The spelling of formulas without a text: short decimals, and other numbers as fractions. */
  public static final Spelling NONE = new Spelling(List.of(), Set.of(), false);

  /** A multiple of a decimal up to this one is a decimal too. */
  private static final int MOST_TIMES = 12;

  private static final Rational LARGEST_DIVISOR = Rational.of(1000);

  /** A number as a quotient. The divisor is 1 for integers and decimals. */
  record Quotient(Rational dividend, Rational divisor) {}

  public Spelling {
    functions = List.copyOf(functions);
    decimals = Set.copyOf(decimals);
  }

  Quotient of(Rational value) {
    Quotient decimal = new Quotient(value, Rational.ONE);
    boolean isDecimal = value.isInteger() || !NumberText.isFraction(value) && (!isText || decimals.stream().anyMatch(known -> isFrom(value, known)));
    if (isDecimal) {
      return decimal;
    }
    Optional<Rational> divisor = decimals.stream().flatMap(known -> Stream.of(known, Rational.ONE.plus(known.negate())))
        .filter(known -> !known.isInteger() && isSmall(value.times(known))).min(Comparator.naturalOrder());
    if (divisor.isPresent()) {
      return new Quotient(value.times(divisor.get()), divisor.get());
    }
    Rational denominator = new Rational(value.denominator(), BigInteger.ONE);
    boolean fraction = NumberText.isFraction(value) || isText && denominator.compareTo(LARGEST_DIVISOR) <= 0;
    return fraction ? new Quotient(new Rational(value.numerator(), BigInteger.ONE), denominator) : decimal;
  }

  /** True for a small multiple or part of a decimal, of its complement to 1, and of products of two decimals. */
  private boolean isFrom(Rational value, Rational decimal) {
    return !decimal.isZero() && (isSmall(value.over(decimal)) || isSmall(decimal.over(value)) || isSmall(value.over(Rational.ONE.plus(decimal.negate())))
        || decimals.stream().anyMatch(other -> isSmall(value.over(decimal.times(other)))));
  }

  private static boolean isSmall(Rational value) {
    return value.isInteger() && value.abs().compareTo(Rational.of(MOST_TIMES)) <= 0;
  }
}
