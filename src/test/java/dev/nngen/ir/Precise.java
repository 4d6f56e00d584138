package dev.nngen.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Elementary functions to any number of decimal digits, for references that rounding does not reach. */
public final class Precise {

  /** About 400 bits: a difference of two numbers that agree in 50 digits still has 70. */
  public static final Precise STANDARD = new Precise(120);
  /** A sum of 1 and the smallest double still has 120 digits of both. */
  public static final Precise LONG = new Precise(450);

  /** Enough to reduce the largest double to an angle or a mantissa of many digits. */
  private static final int DIGITS_OF_CONSTANTS = 1500;
  private static final int GUARD = 30;
  private static final int MOST_KNOWN = 10_000;
  /** e^x is found from e^(x / 2^16). */
  private static final int HALVINGS = 16;
  private static final double BITS_OF_DIGIT = Math.log(10) / Math.log(2);
  private static final double FAR = 1e8;

  /** 46 artanh(1/31) + 34 artanh(1/49) + 20 artanh(1/161). */
  private static final BigDecimal LOG_10 = inverse(46, 31, 1).add(inverse(34, 49, 1)).add(inverse(20, 161, 1));
  /** Machin's formula, 16 arctan(1/5) - 4 arctan(1/239). */
  static final BigDecimal PI = inverse(16, 5, -1).subtract(inverse(4, 239, -1));

  private final MathContext digits;
  private final MathContext guarded;
  /** What was computed lately: graphs that are compared have most values in common. */
  private final Map<Wide, Wide> known = known();
  private final Map<Wide, Wide> knownLogarithms = known();
  private final Map<Call, Wide> knownCalls = known();
  private final Map<Rational, Wide> knownRationals = known();

  /** A function at a point. */
  record Call(Fn fn, List<Wide> arguments) {}

  private Precise(int digits) {
    this.digits = new MathContext(digits);
    this.guarded = new MathContext(digits + GUARD);
  }

  private static <K> Map<K, Wide> known() {
    return Collections.synchronizedMap(new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, Wide> eldest) {
        return size() > MOST_KNOWN;
      }
    });
  }

  /** Another precision. */
  static Precise ofDigits(int digits) {
    return new Precise(digits);
  }

  /** What a call gives, which may be known; the function is called where it is not. */
  Wide known(Call call, Function<Call, Wide> function) {
    return knownCalls.computeIfAbsent(call, function);
  }

  public MathContext digits() {
    return digits;
  }

  /** {@code times} artanh(1/x), or arctan(1/x) where the signs of the series alternate. */
  private static BigDecimal inverse(int times, int x, int sign) {
    int scale = DIGITS_OF_CONSTANTS + GUARD;
    BigInteger power = BigInteger.TEN.pow(scale).multiply(BigInteger.valueOf(times)).divide(BigInteger.valueOf(x));
    BigInteger sum = BigInteger.ZERO;
    for (int n = 0; power.signum() != 0; n++) {
      sum = sum.add(power.divide(BigInteger.valueOf(2L * n + 1)));
      power = power.divide(BigInteger.valueOf((long) sign * x * x));
    }
    return new BigDecimal(sum, scale).round(new MathContext(DIGITS_OF_CONSTANTS));
  }

  /** By e^x = 10^n e^r with r in [-log(10)/2, log(10)/2]; ArithmeticException where n has more than 900 digits. */
  Wide exp(Wide x) {
    return known.computeIfAbsent(x, this::exponential);
  }

  private Wide exponential(Wide x) {
    BigInteger n = turns(x, LOG_10);
    return new Wide(exponential(rest(x, n, LOG_10)).round(digits), n);
  }

  /** e^r for r near 0, by integers in units of 2^-bits: shifting one right is much cheaper than rounding decimals. */
  private BigDecimal exponential(BigDecimal r) {
    int bits = (int) (guarded.getPrecision() * BITS_OF_DIGIT) + 2 * HALVINGS;
    BigDecimal one = new BigDecimal(BigInteger.ONE.shiftLeft(bits));
    BigInteger x = r.multiply(one).toBigInteger().shiftRight(HALVINGS);
    BigInteger e = one.toBigInteger();
    BigInteger term = e;
    for (int n = 1; term.signum() != 0; n++) {
      term = term.multiply(x).shiftRight(bits).divide(BigInteger.valueOf(n));
      e = e.add(term);
    }
    for (int k = 0; k < HALVINGS; k++) {
      e = e.multiply(e).shiftRight(bits);
    }
    return new BigDecimal(e).divide(one, guarded);
  }

  /** How many times the unit goes into the number, rounded. */
  private static BigInteger turns(Wide x, BigDecimal unit) {
    if (x.magnitude().compareTo(BigInteger.valueOf(DIGITS_OF_CONSTANTS / 2)) > 0) {
      throw new ArithmeticException("too large for an exponent or an angle");
    }
    if (x.magnitude().signum() < 0) {
      return BigInteger.ZERO;
    }
    // One more or less does not matter.
    MathContext enough = new MathContext(GUARD + x.magnitude().intValueExact());
    return x.decimal().divide(unit.round(enough), 0, RoundingMode.HALF_EVEN).toBigIntegerExact();
  }

  private BigDecimal rest(Wide x, BigInteger turns, BigDecimal unit) {
    if (turns.signum() == 0) {
      return x.decimal().round(guarded);
    }
    MathContext enough = new MathContext(guarded.getPrecision() + x.magnitude().max(BigInteger.ZERO).intValueExact());
    return x.decimal().subtract(new BigDecimal(turns).multiply(unit.round(enough))).round(guarded);
  }

  /** e^x - 1; its own series near 0. */
  Wide expm1(Wide x) {
    return isTiny(x) ? x : Math.abs(x.doubleValue()) < 1e-3 ? Wide.of(series(x.decimal(), x.decimal(), 1, 1, 1).round(digits))
        : exp(x).plus(Wide.of(-1), digits);
  }

  /** The logarithm; ArithmeticException where x is not positive. */
  Wide log(Wide x) {
    return knownLogarithms.computeIfAbsent(x, this::logarithm);
  }

  /** By Halley's iteration on e^y = x from the double nearest, each step of which has thrice the digits of the one before. */
  private Wide logarithm(Wide x) {
    if (x.signum() <= 0) {
      throw new ArithmeticException("the logarithm of " + x);
    }
    BigDecimal mantissa = x.mantissa();
    BigDecimal y = BigDecimal.valueOf(Math.log(mantissa.doubleValue()));
    for (int correct = 15; correct < guarded.getPrecision(); correct *= 3) {
      BigDecimal e = new Precise(Math.min(3 * correct, digits.getPrecision()) + GUARD).exponential(y);
      BigDecimal step = mantissa.subtract(e).divide(mantissa.add(e), guarded);
      y = y.add(step.add(step), guarded);
    }
    return Wide.of(y.add(LOG_10.multiply(new BigDecimal(x.magnitude())), digits));
  }

  private BigDecimal guardedExp(BigDecimal x) {
    return new Precise(guarded.getPrecision()).exponential(Wide.of(x)).decimal();
  }

  Wide tanh(Wide x) {
    if (Math.abs(x.doubleValue()) > FAR) {
      return Wide.of(x.signum());
    }
    Wide e = expm1(x.abs().times(Wide.of(-2), digits));
    Wide result = e.negate().over(e.plus(Wide.of(2), digits), digits);
    return x.signum() < 0 ? result.negate() : result;
  }

  /** True where the first term of a power series is enough; the argument may be too small for a decimal. */
  private boolean isTiny(Wide x) {
    return x.magnitude().compareTo(BigInteger.valueOf(-2L * guarded.getPrecision())) < 0;
  }

  Wide sin(Wide angle) {
    if (isTiny(angle)) {
      return angle;
    }
    BigDecimal x = reduced(angle);
    return Wide.of(series(x, x, 1, 2, -1).round(digits));
  }

  Wide cos(Wide angle) {
    BigDecimal x = reduced(angle);
    return Wide.of(BigDecimal.ONE.add(series(x, x.multiply(x).negate().divide(BigDecimal.valueOf(2)), 2, 2, -1), digits));
  }

  /** The angle less the nearest whole number of turns. */
  private BigDecimal reduced(Wide angle) {
    BigDecimal turn = PI.multiply(BigDecimal.valueOf(2));
    return rest(angle, turns(angle, turn), turn);
  }

  /** The sum of terms of a power series of exp, sin or cos, beginning with the one given, whose degree is {@code k}. */
  private BigDecimal series(BigDecimal x, BigDecimal first, int k, int step, int sign) {
    BigDecimal term = first;
    BigDecimal sum = first;
    BigDecimal factor = step == 1 ? x : x.multiply(x, guarded).multiply(BigDecimal.valueOf(sign));
    for (int n = k; term.signum() != 0 && (n < x.abs().doubleValue() || isSeen(term, sum)); n += step) {
      long divisor = step == 1 ? n + 1 : (long) (n + 1) * (n + 2);
      term = term.multiply(factor, guarded).divide(BigDecimal.valueOf(divisor), guarded);
      sum = sum.add(term, guarded);
    }
    return sum;
  }

  private boolean isSeen(BigDecimal term, BigDecimal sum) {
    return sum.signum() == 0 || term.precision() - term.scale() > sum.precision() - sum.scale() - guarded.getPrecision() + 2;
  }

  /** The series of DLMF 7.6.2, whose terms are all positive; beyond 33 the result is 1 to 450 digits. */
  Wide erf(Wide argument) {
    if (Math.abs(argument.doubleValue()) > 33) {
      return Wide.of(argument.signum());
    }
    if (isTiny(argument)) {
      return argument.times(Wide.of(BigDecimal.valueOf(2).divide(PI.sqrt(guarded), guarded)), digits);
    }
    BigDecimal x = argument.decimal();
    BigDecimal square = x.multiply(x, guarded);
    BigDecimal term = x;
    BigDecimal sum = x;
    for (int n = 1; term.signum() != 0 && isSeen(term, sum); n++) {
      term = term.multiply(square, guarded).multiply(BigDecimal.valueOf(2)).divide(BigDecimal.valueOf(2L * n + 1), guarded);
      sum = sum.add(term, guarded);
    }
    BigDecimal scale = BigDecimal.valueOf(2).divide(PI.sqrt(guarded), guarded);
    return Wide.of(scale.multiply(guardedExp(square.negate()), guarded).multiply(sum, digits));
  }

  /** x^p; ArithmeticException if that is not a real number. */
  Wide power(Wide x, Rational p) {
    if (p.isSmallInteger(1000)) {
      Wide power = x.power(Math.abs(p.intValueExact()), guarded);
      return p.signum() < 0 ? Wide.ONE.over(power, digits) : power;
    }
    if (x.signum() == 0 && p.signum() > 0) {
      return Wide.ZERO;
    }
    return exp(log(x).times(value(p), guarded));
  }

  /** x^y; ArithmeticException if that is not a real number. */
  Wide power(Wide x, Wide y) {
    boolean isInteger = y.exponent().signum() == 0 && y.decimal().stripTrailingZeros().scale() <= 0;
    return isInteger ? power(x, new Rational(y.decimal().toBigIntegerExact(), BigInteger.ONE)) : exp(y.times(log(x), guarded));
  }

  Wide value(Rational r) {
    return knownRationals.computeIfAbsent(r, number -> Wide.of(new BigDecimal(number.numerator()).divide(new BigDecimal(number.denominator()), digits)));
  }
}
