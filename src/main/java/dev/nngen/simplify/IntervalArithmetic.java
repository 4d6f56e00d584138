package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import java.util.function.DoubleUnaryOperator;

/** Interval arithmetic (Moore, Interval Analysis, 1966) with open and closed ends, in doubles. */
final class IntervalArithmetic {

  private IntervalArithmetic() {}

  static Interval plus(Interval a, Interval b) {
    return new Interval(a.low() + b.low(), a.lowOpen() || b.lowOpen(), a.high() + b.high(), a.highOpen() || b.highOpen());
  }

  static Interval scaled(Interval a, double factor) {
    if (factor == 0) {
      return Interval.point(0);
    }
    return factor > 0 ? new Interval(a.low() * factor, a.lowOpen(), a.high() * factor, a.highOpen())
        : new Interval(a.high() * factor, a.highOpen(), a.low() * factor, a.lowOpen());
  }

  static Interval times(Interval a, Interval b) {
    End[] ends = {
      End.of(a.low(), a.lowOpen(), b.low(), b.lowOpen()), End.of(a.low(), a.lowOpen(), b.high(), b.highOpen()),
      End.of(a.high(), a.highOpen(), b.low(), b.lowOpen()), End.of(a.high(), a.highOpen(), b.high(), b.highOpen())};
    End low = ends[0];
    End high = ends[0];
    for (End end : ends) {
      low = end.value < low.value || end.value == low.value && !end.open ? end : low;
      high = end.value > high.value || end.value == high.value && !end.open ? end : high;
    }
    return new Interval(low.value, low.open, high.value, high.open);
  }

  /** Returns an integer power. The reciprocal of an interval around zero is unbounded. */
  static Interval power(Interval a, int exponent) {
    if (exponent < 0) {
      return reciprocal(power(a, -exponent));
    }
    Interval result = Interval.point(1);
    for (int k = 0; k < exponent; k++) {
      result = times(result, a);
    }
    return exponent % 2 == 0 && !a.isPositive() && !a.isNegative() ? result.and(Interval.NON_NEGATIVE) : result;
  }

  /** Returns the image under a function of one argument. */
  static Interval image(Fn fn, Interval a) {
    if (fn.monotonicity() == Fn.Monotonicity.NONE || !fn.domain(0).closure().encloses(a)) {
      return fn.range();
    }
    Interval argument = fn.parity() == Fn.Parity.EVEN ? magnitude(a) : a;
    int sign = fn.monotonicity() == Fn.Monotonicity.INCREASING ? 1 : -1;
    Interval rounded = scaled(rising(argument, x -> sign * fn.evaluate(x)), sign);
    return widened(rounded, (int) Math.ceil(fn.ulps()) - 1).and(fn.range());
  }

  /** Widens the interval by rounding errors. */
  private static Interval widened(Interval a, int ulps) {
    double low = a.low();
    double high = a.high();
    for (int k = 0; k < ulps; k++) {
      low = low == 0 ? low : Math.nextDown(low);
      high = high == 0 ? high : Math.nextUp(high);
    }
    return new Interval(low, a.lowOpen(), high, a.highOpen());
  }

  /** Returns the interval of absolute values. */
  static Interval magnitude(Interval a) {
    return a.isNonNegative() ? a : a.high() <= 0 ? scaled(a, -1) : maximum(a, scaled(a, -1)).and(Interval.NON_NEGATIVE);
  }

  /** Returns the image under an increasing function, widened by its rounding error except at 0 and 1, where exp, log and roots are exact. */
  static Interval rising(Interval a, DoubleUnaryOperator function) {
    double low = function.applyAsDouble(a.low());
    double high = function.applyAsDouble(a.high());
    return new Interval(isExact(low) ? low : Math.nextDown(low), a.lowOpen() || Double.isInfinite(low),
        isExact(high) ? high : Math.nextUp(high), a.highOpen() || Double.isInfinite(high));
  }

  private static boolean isExact(double value) {
    return value == 0 || value == 1 || Double.isInfinite(value);
  }

  /** Returns the interval of the maximum of two values. */
  static Interval maximum(Interval a, Interval b) {
    Interval low = a.and(new Interval(b.low(), b.lowOpen(), Double.POSITIVE_INFINITY, true));
    Interval high = hull(a, b);
    return new Interval(low.low(), low.lowOpen(), high.high(), high.highOpen());
  }

  /** Returns the smallest interval that contains both. */
  static Interval hull(Interval a, Interval b) {
    boolean takeLow = b.low() < a.low() || b.low() == a.low() && !b.lowOpen();
    boolean takeHigh = b.high() > a.high() || b.high() == a.high() && !b.highOpen();
    return new Interval(takeLow ? b.low() : a.low(), takeLow ? b.lowOpen() : a.lowOpen(), takeHigh ? b.high() : a.high(),
        takeHigh ? b.highOpen() : a.highOpen());
  }

  private static Interval reciprocal(Interval a) {
    if (a.isPositive()) {
      return new Interval(1 / a.high(), a.highOpen(), a.low() == 0 ? Double.POSITIVE_INFINITY : 1 / a.low(), a.lowOpen());
    }
    return a.isNegative() ? scaled(reciprocal(scaled(a, -1)), -1) : Interval.REALS;
  }

  private record End(double value, boolean open) {
    static End of(double a, boolean aOpen, double b, boolean bOpen) {
      if (a == 0 || b == 0) {
        return new End(0, !(a == 0 && !aOpen || b == 0 && !bOpen));
      }
      return new End(a * b, aOpen || bOpen);
    }
  }
}
