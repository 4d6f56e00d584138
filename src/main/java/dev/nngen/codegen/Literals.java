package dev.nngen.codegen;

import dev.nngen.ir.Rational;

/** Writes numbers as Java literals with exactly their value. */
final class Literals {

  private final boolean single;

  Literals(boolean single) {
    this.single = single;
  }

  /** Returns a literal of the precision; integers of moderate size have no point, because Java promotes them. */
  String of(Rational value) {
    return value.isSmallInteger(1_000_000) ? value.toString() : real(value.doubleValue());
  }

  /** Returns a literal that is not an int. */
  String real(Rational value) {
    return real(value.doubleValue());
  }

  String real(double value) {
    String box = single ? "Float" : "Double";
    if (Double.isNaN(value)) {
      return box + ".NaN";
    }
    double rounded = single ? (float) value : value;
    if (Double.isInfinite(rounded)) {
      return box + (rounded > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
    }
    return single ? Float.toString((float) value) + "f" : Double.toString(value);
  }
}
