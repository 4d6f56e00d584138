package dev.nngen.train.data;

/**
 * A sum of squares that neither overflows nor underflows unless its root does: large and small numbers are summed separately, in units of 2^600 and
 * 2^-600 (Blue 1978, as LAPACK's {@code dnrm2}). Between 2^-480 and 2^480 it is the plain sum.
 */
public final class SquareSum {

  private static final double LARGE = 0x1p480;
  private static final double SMALL = 0x1p-480;
  private static final double UP = 0x1p600;
  private static final double DOWN = 0x1p-600;

  private double large;
  private double medium;
  private double small;

  /** Adds the square of a number. */
  public void add(double x) {
    double size = Math.abs(x);
    if (size > LARGE) {
      large += size * DOWN * (size * DOWN);
    } else if (size < SMALL) {
      small += size * UP * (size * UP);
    } else {
      medium += x * x;
    }
  }

  /** Returns the root of the sum divided by a count. */
  public double rootMean(long count) {
    if (large > 0) {
      return Math.sqrt((large + medium * DOWN * DOWN) / count) * UP;
    }
    return medium == 0 ? Math.sqrt(small / count) * DOWN : Math.sqrt((medium + small * DOWN * DOWN) / count);
  }

  /** Returns the root of the sum. */
  public double root() {
    return rootMean(1);
  }
}
