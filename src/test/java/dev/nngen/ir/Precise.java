package dev.nngen.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Elementary functions to 120 decimal digits, for references that rounding does not reach. */
public final class Precise {

  /** About 400 bits: a difference of two numbers that agree in 50 digits still has 70. */
  public static final MathContext DIGITS = new MathContext(120);

  private static final MathContext GUARDED = new MathContext(150);
  /** 46 artanh(1/31) + 34 artanh(1/49) + 20 artanh(1/161). */
  private static final BigDecimal LOG_10 = inverse(46, 31, 1).add(inverse(34, 49, 1)).add(inverse(20, 161, 1));
  /** Machin's formula, 16 arctan(1/5) - 4 arctan(1/239). */
  static final BigDecimal PI = inverse(16, 5, -1).subtract(inverse(4, 239, -1));

  private Precise() {}

  /** {@code times} artanh(1/x), or arctan(1/x) where the signs of the series alternate. */
  private static BigDecimal inverse(int times, int x, int sign) {
    MathContext digits = new MathContext(320);
    BigDecimal power = BigDecimal.valueOf(times).divide(BigDecimal.valueOf(x), digits);
    BigDecimal sum = BigDecimal.ZERO;
    for (int n = 0; power.precision() - power.scale() > -310; n++) {
      sum = sum.add(power.divide(BigDecimal.valueOf(2L * n + 1), digits), digits);
      power = power.divide(BigDecimal.valueOf((long) sign * x * x), digits);
    }
    return sum;
  }

  /** By e^x = 10^n e^r with r in [-log(10)/2, log(10)/2], and the series of e^(r / 2^16). */
  public static BigDecimal exp(BigDecimal x) {
    BigInteger n = x.divide(LOG_10, 0, RoundingMode.HALF_EVEN).toBigIntegerExact();
    MathContext reduction = new MathContext(150 + Math.max(0, x.precision() - x.scale()));
    BigDecimal r = x.subtract(new BigDecimal(n).multiply(LOG_10, reduction), reduction)
        .divide(BigDecimal.valueOf(1 << 16), GUARDED);
    BigDecimal e = BigDecimal.ONE.add(series(r, r, 1, 1, 1));
    for (int k = 0; k < 16; k++) {
      e = e.multiply(e, GUARDED);
    }
    return e.scaleByPowerOfTen(n.intValueExact()).round(DIGITS);
  }

  /** e^x - 1; its own series near 0. */
  static BigDecimal expm1(BigDecimal x) {
    return x.abs().doubleValue() < 1e-3 ? series(x, x, 1, 1, 1).round(DIGITS) : exp(x).subtract(BigDecimal.ONE, DIGITS);
  }

  /** By Halley's iteration on e^y = x from the double nearest; ArithmeticException where x is not positive. */
  public static BigDecimal log(BigDecimal x) {
    if (x.signum() <= 0) {
      throw new ArithmeticException("the logarithm of " + x);
    }
    int exponent = x.precision() - x.scale();
    BigDecimal mantissa = x.scaleByPowerOfTen(-exponent);
    BigDecimal y = BigDecimal.valueOf(Math.log(mantissa.doubleValue()));
    for (int k = 0; k < 3; k++) {
      BigDecimal e = exp(y);
      BigDecimal step = mantissa.subtract(e).divide(mantissa.add(e), GUARDED);
      y = y.add(step.add(step), GUARDED);
    }
    return y.add(LOG_10.multiply(BigDecimal.valueOf(exponent)), DIGITS);
  }

  static BigDecimal tanh(BigDecimal x) {
    BigDecimal e = expm1(x.abs().multiply(BigDecimal.valueOf(-2)));
    BigDecimal result = e.negate().divide(e.add(BigDecimal.valueOf(2)), DIGITS);
    return x.signum() < 0 ? result.negate() : result;
  }

  static BigDecimal sin(BigDecimal angle) {
    BigDecimal x = reduced(angle);
    return series(x, x, 1, 2, -1).round(DIGITS);
  }

  /** The angle less the nearest whole number of turns. */
  private static BigDecimal reduced(BigDecimal angle) {
    BigDecimal turn = PI.multiply(BigDecimal.valueOf(2));
    BigDecimal turns = angle.divide(turn, 0, RoundingMode.HALF_EVEN);
    return angle.subtract(turns.multiply(turn)).round(GUARDED);
  }

  static BigDecimal cos(BigDecimal angle) {
    BigDecimal x = reduced(angle);
    return BigDecimal.ONE.add(series(x, x.multiply(x).negate().divide(BigDecimal.valueOf(2)), 2, 2, -1), DIGITS);
  }

  /** The sum of terms of a power series of exp, sin or cos, beginning with the one given, whose degree is {@code k}. */
  private static BigDecimal series(BigDecimal x, BigDecimal first, int k, int step, int sign) {
    BigDecimal term = first;
    BigDecimal sum = first;
    BigDecimal factor = step == 1 ? x : x.multiply(x, GUARDED).multiply(BigDecimal.valueOf(sign));
    for (int n = k; term.signum() != 0 && (n < x.abs().doubleValue() || isSeen(term, sum)); n += step) {
      long divisor = step == 1 ? n + 1 : (long) (n + 1) * (n + 2);
      term = term.multiply(factor, GUARDED).divide(BigDecimal.valueOf(divisor), GUARDED);
      sum = sum.add(term, GUARDED);
    }
    return sum;
  }

  private static boolean isSeen(BigDecimal term, BigDecimal sum) {
    return sum.signum() == 0 || term.precision() - term.scale() > sum.precision() - sum.scale() - 148;
  }

  /** The series of DLMF 7.6.2, whose terms are all positive; beyond 18 the result is 1 to 120 digits. */
  static BigDecimal erf(BigDecimal x) {
    if (x.abs().compareTo(BigDecimal.valueOf(18)) > 0) {
      return BigDecimal.valueOf(x.signum());
    }
    BigDecimal square = x.multiply(x, GUARDED);
    BigDecimal term = x;
    BigDecimal sum = x;
    for (int n = 1; term.signum() != 0 && isSeen(term, sum); n++) {
      term = term.multiply(square, GUARDED).multiply(BigDecimal.valueOf(2)).divide(BigDecimal.valueOf(2L * n + 1), GUARDED);
      sum = sum.add(term, GUARDED);
    }
    BigDecimal scale = BigDecimal.valueOf(2).divide(PI.sqrt(GUARDED), GUARDED);
    return scale.multiply(exp(square.negate()), GUARDED).multiply(sum, DIGITS);
  }

  /** x^p; ArithmeticException where that is no real number. */
  static BigDecimal power(BigDecimal x, Rational p) {
    if (p.isSmallInteger(1000)) {
      int n = p.intValueExact();
      BigDecimal power = x.pow(Math.abs(n), GUARDED);
      return n < 0 ? BigDecimal.ONE.divide(power, DIGITS) : power.round(DIGITS);
    }
    if (x.signum() == 0 && p.signum() > 0) {
      return BigDecimal.ZERO;
    }
    return exp(log(x).multiply(value(p), DIGITS));
  }

  static BigDecimal value(Rational r) {
    return new BigDecimal(r.numerator()).divide(new BigDecimal(r.denominator()), DIGITS);
  }
}
