package dev.nngen.ir;

/**
 * A set of reals between two bounds, either of which may be infinite (and then open) or open.
 *
 * @param low the lower bound, {@code -Infinity} if there is none
 * @param lowOpen true if {@code low} itself is outside
 * @param high the upper bound, {@code Infinity} if there is none
 * @param highOpen true if {@code high} itself is outside
 */
public record Interval(double low, boolean lowOpen, double high, boolean highOpen) {

  public static final Interval REALS =
      new Interval(Double.NEGATIVE_INFINITY, true, Double.POSITIVE_INFINITY, true);
  public static final Interval POSITIVE = new Interval(0, true, Double.POSITIVE_INFINITY, true);
  public static final Interval NON_NEGATIVE = new Interval(0, false, Double.POSITIVE_INFINITY, true);

  public static Interval closed(double low, double high) {
    return new Interval(low, false, high, false);
  }

  public static Interval open(double low, double high) {
    return new Interval(low, true, high, true);
  }

  /** Returns the numbers above a bound. */
  public static Interval above(double low) {
    return open(low, Double.POSITIVE_INFINITY);
  }

  /** Returns the numbers of at most a magnitude. The bound may be off by its rounding. */
  public static Interval around(double bound) {
    return closed(-Math.nextUp(bound), Math.nextUp(bound));
  }

  public static Interval point(double value) {
    return closed(value, value);
  }

  public boolean isPositive() {
    return low > 0 || low == 0 && lowOpen;
  }

  public boolean isNegative() {
    return high < 0 || high == 0 && highOpen;
  }

  public boolean isNonNegative() {
    return low >= 0;
  }

  public boolean excludesZero() {
    return isPositive() || isNegative();
  }

  /** Returns the interval with its ends. */
  public Interval closure() {
    return closed(low, high);
  }

  /** Returns the intersection. For disjoint intervals it has a bound of each. */
  public Interval and(Interval other) {
    boolean takeLow = other.low > low || other.low == low && other.lowOpen;
    boolean takeHigh = other.high < high || other.high == high && other.highOpen;
    return new Interval(takeLow ? other.low : low, takeLow ? other.lowOpen : lowOpen,
        takeHigh ? other.high : high, takeHigh ? other.highOpen : highOpen);
  }

  /** True if every number of the other interval is in this one. */
  public boolean encloses(Interval other) {
    return (other.low > low || other.low == low && (other.lowOpen || !lowOpen))
        && (other.high < high || other.high == high && (other.highOpen || !highOpen));
  }

  /** True if no number is in both. */
  public boolean isDisjoint(Interval other) {
    return isBelow(other) || other.isBelow(this);
  }

  private boolean isBelow(Interval other) {
    return high < other.low || high == other.low && (highOpen || other.lowOpen);
  }

  public boolean contains(double value) {
    return (value > low || value == low && !lowOpen) && (value < high || value == high && !highOpen);
  }

  @Override
  public String toString() {
    return (lowOpen ? "(" : "[") + number(low) + ", " + number(high) + (highOpen ? ")" : "]");
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value < 0 ? "-inf" : "inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value).replace(".0E", "e").replace('E', 'e');
  }
}
