package dev.nngen.schedule;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a loop begins or ends.
 *
 * @param multiple of tiles, the number of iterations in one; else 1
 * @param limits a loop begins with the largest of these numbers and {@code at}, and ends with the smallest
 */
public record Bound(Affine at, Rounding rounding, int multiple, List<Quotient> limits) {

  /** A whole number over another, rounded down. */
  public record Quotient(Affine value, long divisor) {}

  public Bound {
    limits = List.copyOf(limits);
  }

  public Bound(Affine at, Rounding rounding, int multiple) {
    this(at, rounding, multiple, List.of());
  }

  public static final Bound ZERO = at(Affine.ZERO);

  /** Which number near {@code at} is meant. */
  public enum Rounding {
    NONE,
    /** The last multiple of a vector's length up to there. */
    TO_VECTORS,
    /** The last multiple of a tile's length up to there. */
    TO_TILES,
    /** A vector's length, or less where {@code at} is less. */
    AT_MOST_A_VECTOR
  }

  public static Bound at(Affine at) {
    return new Bound(at, Rounding.NONE, 1);
  }

  Bound limited(List<Quotient> more) {
    return new Bound(at, rounding, multiple, more);
  }

  /** The same with other numbers in the place of variables. */
  Bound replace(Function<Variable, Optional<Affine>> values) {
    return new Bound(at.replace(values), rounding, multiple,
        limits.stream().map(limit -> new Quotient(limit.value().replace(values), limit.divisor())).toList());
  }

  /** Where the last whole vector before this ends. */
  Bound lastVector() {
    return new Bound(at, Rounding.TO_VECTORS, 1);
  }

  /** Where the last whole tile before this ends. */
  Bound lastTile(int length) {
    return at.constant().map(end -> at(Affine.of(end - end % length))).orElseGet(() -> new Bound(at, Rounding.TO_TILES, length));
  }
}
