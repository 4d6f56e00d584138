package dev.nngen.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The inverse, hyperbolic and gamma functions to any number of decimal digits, computed from those of {@link Precise}. ArithmeticException where a
 * function has no value.
 */
final class PreciseFunctions {

  private static final Wide TWO = Wide.of(2);
  private static final Wide HALF = Wide.of(new BigDecimal("0.5"));
  /** Beyond this the square is all that is seen of 1 + x^2. */
  private static final BigInteger FAR = BigInteger.valueOf(500);

  private final Precise precise;
  private final MathContext digits;

  PreciseFunctions(Precise precise) {
    this.precise = precise;
    this.digits = new MathContext(precise.digits().getPrecision() + 10);
  }

  /** The value of a function of one or two arguments. */
  Wide apply(Fn fn, List<Wide> x) {
    Wide a = x.get(0);
    return switch (fn) {
      case SINH -> half(minus(precise.expm1(a), precise.expm1(a.negate())));
      case COSH -> half(plus(precise.exp(a), precise.exp(a.negate())));
      case ASIN -> atan2(a, precise.power(times(minus(Wide.ONE, a), plus(Wide.ONE, a)), Rational.HALF));
      case ACOS -> atan2(precise.power(times(minus(Wide.ONE, a), plus(Wide.ONE, a)), Rational.HALF), a);
      case ATAN -> atan(a);
      case ATAN2 -> atan2(a, x.get(1));
      case ASINH -> odd(a, this::asinh);
      case ACOSH -> acosh(a);
      case ATANH -> odd(a, this::atanh);
      case LOG2 -> over(precise.log(a), precise.log(TWO));
      case LOG10 -> over(precise.log(a), precise.log(Wide.of(10)));
      case CBRT -> a.signum() == 0 ? a : odd(a, b -> precise.power(b, Rational.of(1, 3)));
      case LGAMMA -> gammas(a).logarithm();
      case DIGAMMA -> gammas(a).derivative(0);
      case POLYGAMMA -> gammas(x.get(1)).derivative(a.decimal().intValueExact());
      case ERFINV -> erfinv(a);
      case WEIGHTED -> a.signum() == 0 ? a : times(a, x.get(1));
      case NORMCDF -> normcdf(a);
      default -> throw new IllegalStateException(fn + " has no value here");
    };
  }

  private Wide plus(Wide a, Wide b) {
    return a.plus(b, digits);
  }

  private Wide minus(Wide a, Wide b) {
    return a.plus(b.negate(), digits);
  }

  private Wide times(Wide a, Wide b) {
    return a.times(b, digits);
  }

  private Wide over(Wide a, Wide b) {
    return a.over(b, digits);
  }

  private Wide half(Wide a) {
    return times(a, HALF);
  }

  private Wide pi() {
    return Wide.of(Precise.PI.round(digits));
  }

  private static Wide odd(Wide a, UnaryOperator<Wide> function) {
    return a.signum() < 0 ? function.apply(a.negate()).negate() : function.apply(a);
  }

  /** True where the first term of a power series is enough. */
  private boolean isTiny(Wide a) {
    return a.signum() == 0 || a.magnitude().compareTo(BigInteger.valueOf(-digits.getPrecision())) < 0;
  }

  /** Newton's iteration from the double nearest, with what it subtracts. */
  private Wide newton(double start, UnaryOperator<Wide> correction) {
    Wide y = Wide.of(new BigDecimal(start));
    for (int k = 0; k < 14; k++) {
      Wide step = correction.apply(y);
      y = minus(y, step);
      if (step.signum() == 0 || y.magnitude().subtract(step.magnitude()).compareTo(BigInteger.valueOf(digits.getPrecision() * 2L / 3)) > 0) {
        break;
      }
    }
    return y;
  }

  private Wide atan(Wide a) {
    if (a.signum() < 0 || isTiny(a)) {
      return isTiny(a) ? a : atan(a.negate()).negate();
    }
    return a.compareTo(Wide.ONE) > 0 ? minus(half(pi()), atan(over(Wide.ONE, a))) : newton(Math.atan(a.doubleValue()), y -> {
      Wide c = precise.cos(y);
      return times(c, minus(precise.sin(y), times(a, c)));
    });
  }

  private Wide atan2(Wide y, Wide x) {
    if (x.signum() == 0) {
      return y.signum() == 0 ? Wide.ZERO : y.signum() > 0 ? half(pi()) : half(pi()).negate();
    }
    Wide angle = atan(over(y, x));
    return x.signum() > 0 ? angle : y.signum() < 0 ? minus(angle, pi()) : plus(angle, pi());
  }

  private Wide asinh(Wide a) {
    if (isTiny(a)) {
      return a;
    } else if (a.magnitude().compareTo(FAR) > 0) {
      return precise.log(times(TWO, a));
    }
    return a.compareTo(HALF) > 0 ? precise.log(plus(a, precise.power(plus(times(a, a), Wide.ONE), Rational.HALF)))
        : newton(a.doubleValue(), y -> over(minus(apply(Fn.SINH, List.of(y)), a), apply(Fn.COSH, List.of(y))));
  }

  private Wide acosh(Wide a) {
    return a.magnitude().compareTo(FAR) > 0 ? precise.log(times(TWO, a)) : a.compareTo(Wide.ONE) == 0 ? Wide.ZERO
        : precise.log(plus(a, precise.power(times(minus(a, Wide.ONE), plus(a, Wide.ONE)), Rational.HALF)));
  }

  private Wide atanh(Wide a) {
    if (isTiny(a)) {
      return a;
    }
    return a.compareTo(HALF) > 0 ? half(precise.log(over(plus(Wide.ONE, a), minus(Wide.ONE, a)))) : newton(a.doubleValue(), y -> {
      Wide tanh = precise.tanh(y);
      return over(minus(tanh, a), minus(Wide.ONE, times(tanh, tanh)));
    });
  }

  private Wide erfinv(Wide a) {
    if (a.abs().compareTo(Wide.ONE) >= 0) {
      throw new ArithmeticException("the inverse error function of " + a);
    }
    Wide slope = over(TWO, precise.power(pi(), Rational.HALF));
    return isTiny(a) ? over(a, slope) : newton(Fn.ERFINV.evaluate(a.doubleValue()), y ->
        over(minus(precise.erf(y), a), times(slope, precise.exp(times(y, y).negate()))));
  }

  /** Computes with additional digits, in place of those of erf that cancel. */
  private Wide normcdf(Wide a) {
    double x = Math.abs(a.doubleValue());
    if (x > 46) {
      return a.signum() > 0 ? Wide.ONE : Wide.ZERO;
    }
    PreciseFunctions more = new PreciseFunctions(Precise.ofDigits(digits.getPrecision() + 10 + (int) (x * x / 4)));
    Wide erf = more.precise.erf(more.over(a, more.precise.power(TWO, Rational.HALF)));
    return half(more.plus(Wide.ONE, erf));
  }

  private Gammas gammas(Wide a) {
    if (a.signum() <= 0) {
      throw new ArithmeticException("a gamma function of " + a);
    }
    return new Gammas(a.decimal());
  }

  /** The gamma functions of one number by the asymptotic series far from 0 (DLMF 5.11, 5.15.8) and recurrences. */
  private final class Gammas {
    private final List<BigDecimal> before = new ArrayList<>();
    private final BigDecimal z;
    private final MathContext enough = new MathContext(digits.getPrecision() + 30);

    Gammas(BigDecimal x) {
      BigDecimal far = BigDecimal.valueOf(digits.getPrecision() * 2L / 3);
      BigDecimal shifted = x;
      while (shifted.compareTo(far) < 0) {
        before.add(shifted);
        shifted = shifted.add(BigDecimal.ONE, new MathContext(enough.getPrecision() + 350));
      }
      this.z = shifted.round(new MathContext(enough.getPrecision() + 350));
    }

    /** log Gamma(z) less the logarithms of what was skipped. */
    Wide logarithm() {
      PreciseFunctions more = new PreciseFunctions(Precise.ofDigits(enough.getPrecision()));
      BigDecimal log = more.precise.log(Wide.of(z)).decimal();
      BigDecimal sum = z.subtract(new BigDecimal("0.5")).multiply(log).subtract(z)
          .add(more.precise.log(Wide.of(Precise.PI.multiply(BigDecimal.valueOf(2), enough))).decimal().multiply(new BigDecimal("0.5")));
      BigDecimal power = BigDecimal.ONE.divide(z, enough);
      for (int k = 1; power.multiply(bernoulli(k), enough).abs().compareTo(least()) > 0; k++) {
        sum = sum.add(bernoulli(k).multiply(power).divide(BigDecimal.valueOf(2L * k * (2L * k - 1)), enough));
        power = power.divide(z, enough).divide(z, enough);
      }
      BigDecimal product = before.stream().reduce(BigDecimal.ONE, (a, b) -> a.multiply(b, enough));
      return Wide.of(sum.subtract(more.precise.log(Wide.of(product)).decimal()).round(precise.digits()));
    }

    /** The n-th derivative of digamma. */
    Wide derivative(int n) {
      BigDecimal factorial = BigDecimal.ONE;
      for (int k = 2; k <= n; k++) {
        factorial = factorial.multiply(BigDecimal.valueOf(k));
      }
      BigDecimal sum = before.stream().map(x -> reciprocal(x, n + 1)).reduce(BigDecimal.ZERO, (a, b) -> a.add(b, enough));
      BigDecimal power = reciprocal(z, n + 1);
      sum = sum.add(power.multiply(new BigDecimal("0.5"), enough));
      // (n + 2k - 1)! / n! / (2k)! times B_2k z^(-n - 2k), in which (2k)! divides step by step.
      BigDecimal factor = power.divide(z, enough).multiply(BigDecimal.valueOf(n + 1L)).divide(BigDecimal.valueOf(2), enough);
      for (int k = 1; factor.multiply(bernoulli(k), enough).abs().compareTo(power.multiply(least())) > 0; k++) {
        sum = sum.add(factor.multiply(bernoulli(k), enough));
        factor = factor.divide(z, enough).divide(z, enough).multiply(BigDecimal.valueOf(n + 2L * k)).multiply(BigDecimal.valueOf(n + 2L * k + 1))
            .divide(BigDecimal.valueOf(2L * k + 1), enough).divide(BigDecimal.valueOf(2L * k + 2), enough);
      }
      if (n == 0) {
        BigDecimal log = Precise.ofDigits(enough.getPrecision()).log(Wide.of(z)).decimal();
        return Wide.of(log.subtract(sum).round(precise.digits()));
      }
      sum = sum.add(reciprocal(z, n).divide(BigDecimal.valueOf(n), enough)).multiply(factorial);
      return Wide.of((n % 2 == 0 ? sum.negate() : sum).round(precise.digits()));
    }

    private BigDecimal reciprocal(BigDecimal x, int power) {
      return BigDecimal.ONE.divide(x.round(enough).pow(power, enough), enough);
    }

    private BigDecimal least() {
      return BigDecimal.ONE.scaleByPowerOfTen(-enough.getPrecision());
    }
  }

  private static final List<BigDecimal> BERNOULLI = bernoulli(tangentNumbers(350));

  private static BigDecimal bernoulli(int k) {
    return BERNOULLI.get(k - 1);
  }

  /** Brent and Harvey, Fast computation of Bernoulli, tangent and secant numbers (2013), algorithm TangentNumbers. */
  private static BigInteger[] tangentNumbers(int count) {
    BigInteger[] t = new BigInteger[count + 1];
    t[1] = BigInteger.ONE;
    for (int k = 2; k <= count; k++) {
      t[k] = t[k - 1].multiply(BigInteger.valueOf(k - 1L));
    }
    for (int k = 2; k <= count; k++) {
      for (int j = k; j <= count; j++) {
        t[j] = t[j - 1].multiply(BigInteger.valueOf((long) j - k)).add(t[j].multiply(BigInteger.valueOf((long) j - k + 2)));
      }
    }
    return t;
  }

  /** The Bernoulli numbers B_2k = (-1)^(k-1) 2k T_k / (4^k (4^k - 1)). */
  private static List<BigDecimal> bernoulli(BigInteger[] tangents) {
    List<BigDecimal> numbers = new ArrayList<>();
    for (int k = 1; k < tangents.length; k++) {
      BigInteger four = BigInteger.ONE.shiftLeft(2 * k);
      BigDecimal numerator = new BigDecimal(tangents[k].multiply(BigInteger.valueOf(2L * k)));
      BigDecimal magnitude = numerator.divide(new BigDecimal(four.multiply(four.subtract(BigInteger.ONE))), new MathContext(520));
      numbers.add(k % 2 == 0 ? magnitude.negate() : magnitude);
    }
    return numbers;
  }
}
