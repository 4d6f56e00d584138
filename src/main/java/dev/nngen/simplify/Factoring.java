package dev.nngen.simplify;

import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Into which operands a product is divided. */
final class Factoring {

  private final Universe universe;
  private final Scales scales;
  private final Exponentials exponentials;

  Factoring(Universe universe, Scales scales, Exponentials exponentials) {
    this.universe = universe;
    this.scales = scales;
    this.exponentials = exponentials;
  }

  /** The factors that run along no axis, apart so that they can be applied where it is cheapest. */
  RationalFunction scalar(RationalFunction f) {
    RationalFunction.Product scalar = new RationalFunction.Product();
    f.factors().forEach((factor, exponent) -> {
      if (universe.axes(factor).isEmpty()) {
        scalar.times(factor, exponent);
      }
    });
    return scalar.build();
  }

  /** The sum in a function of the form scale * sum, one of whose terms cancels with the scale: (100 C + m W) / m. Else null. */
  Polynomial scaledSum(RationalFunction f) {
    Polynomial sum = null;
    for (Map.Entry<Polynomial, Integer> entry : f.factors().entrySet()) {
      if (!universe.axes(entry.getKey()).isEmpty()) {
        if (sum != null || entry.getValue() != 1 || entry.getKey().size() == 1) {
          return null;
        }
        sum = entry.getKey();
      }
    }
    return sum != null && f.denominator().variables().stream().anyMatch(sum::contains) ? sum : null;
  }

  /** The part E^-n (E^k + p) of a function, where E is an exponential; else none. */
  Optional<Divided> divided(RationalFunction f) {
    for (Map.Entry<Polynomial, Integer> below : f.factors().entrySet()) {
      if (below.getValue() < 0 && exponentials.isExponential(below.getKey())) {
        int variable = below.getKey().asVariable();
        for (Polynomial sum : f.factors().keySet()) {
          if (isSum(f, sum) && sum.contains(variable)) {
            return Optional.of(new Divided(sum, variable, below.getValue()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** A sum that is divided by a power of an exponential in it. */
  record Divided(Polynomial sum, int exponential, int power) {
    RationalFunction quotient() {
      return RationalFunction.of(sum).times(RationalFunction.variable(exponential).power(power));
    }
  }

  /** True for a factor that is a sum, to the first power. */
  static boolean isSum(RationalFunction f, Polynomial factor) {
    return factor.size() > 1 && f.factors().get(factor) == 1;
  }

  /** The part of a sum that what it is divided by divides; none where that divides no coefficient of another variable. */
  Optional<Quotient> quotient(RationalFunction f) {
    for (Polynomial divisor : f.factors().keySet()) {
      for (Polynomial sum : f.factors().keySet()) {
        if (divisor.size() > 1 && f.factors().get(divisor) == -1 && isSum(f, sum)) {
          Optional<Polynomial> quotient = sum.variables().stream().filter(variable -> !divisor.contains(variable))
              .map(variable -> quotient(sum, variable, divisor)).filter(q -> !q.isZero()).findFirst();
          if (quotient.isPresent()) {
            return Optional.of(new Quotient(sum, divisor, quotient.get()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Polynomial quotient(Polynomial sum, int variable, Polynomial divisor) {
    Polynomial total = Polynomial.ZERO;
    for (Map.Entry<Integer, Polynomial> power : sum.coefficients(variable).entrySet()) {
      Polynomial quotient = power.getKey() == 0 ? null : power.getValue().divideExact(divisor);
      total = quotient == null ? total : total.plus(quotient.times(Polynomial.variable(variable).power(power.getKey())));
    }
    return total;
  }

  /** sum / divisor = rest / divisor + quotient. */
  record Quotient(Polynomial sum, Polynomial divisor, Polynomial quotient) {
    RationalFunction whole() {
      return RationalFunction.of(sum).times(RationalFunction.of(divisor).inverse());
    }

    RationalFunction fraction() {
      return RationalFunction.of(sum.minus(quotient.times(divisor))).times(RationalFunction.of(divisor).inverse());
    }
  }

  /** Exponentials together, the denominator together, and each other factor for itself. */
  List<RationalFunction> pieces(RationalFunction f) {
    RationalFunction together = RationalFunction.ONE;
    RationalFunction denominator = RationalFunction.ONE;
    List<RationalFunction> pieces = new ArrayList<>();
    for (Map.Entry<Polynomial, Integer> entry : f.factors().entrySet()) {
      RationalFunction power = power(entry.getKey(), entry.getValue());
      if (exponentials.isExponential(entry.getKey())) {
        together = together.times(power);
      } else if (entry.getValue() < 0) {
        denominator = denominator.times(power);
      } else {
        pieces.add(power);
      }
    }
    if (!together.isOne()) {
      pieces.add(together);
    }
    if (!denominator.isOne()) {
      pieces.add(denominator);
    }
    return pieces;
  }

  /** A factor to its power, scaled so that it reads well. */
  private RationalFunction power(Polynomial factor, int exponent) {
    return RationalFunction.of(factor).power(exponent).times(scales.of(factor, exponent));
  }
}
