package dev.nngen.schedule;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A bound of a loop.
 *
 * @param multiple the number of iterations of a tile for tiles; otherwise 1
 * @param limits a loop begins with the maximum of these numbers and {@code at}, and ends with the minimum
 */
public record Bound(Affine at, Rounding rounding, int multiple, List<Quotient> limits) {

  /** A quotient of integers, rounded down. */
  public record Quotient(Affine value, long divisor) {}

  public Bound {
    limits = List.copyOf(limits);
  }

  public Bound(Affine at, Rounding rounding, int multiple) {
    this(at, rounding, multiple, List.of());
  }

  public static final Bound ZERO = at(Affine.ZERO);

  /** Rounding of {@code at}. */
  public enum Rounding {
    NONE,
    /** The last multiple of the vector length up to {@code at}. */
    TO_VECTORS,
    /** The last multiple of the tile length up to {@code at}. */
    TO_TILES,
    /** The vector length, or {@code at} if that is less. */
    AT_MOST_A_VECTOR
  }

  public static Bound at(Affine at) {
    return new Bound(at, Rounding.NONE, 1);
  }

  Bound limited(List<Quotient> more) {
    return new Bound(at, rounding, multiple, more);
  }

  /** Substitutes numbers for variables. */
  Bound replace(Function<Variable, Optional<Affine>> values) {
    return new Bound(at.replace(values), rounding, multiple,
        limits.stream().map(limit -> new Quotient(limit.value().replace(values), limit.divisor())).toList());
  }

  /** Returns the end of the last whole vector before this bound. */
  Bound lastVector() {
    return new Bound(at, Rounding.TO_VECTORS, 1);
  }

  /** Returns the end of the last whole tile before this bound. */
  Bound lastTile(int length) {
    return at.constant().map(end -> at(Affine.of(end - end % length))).orElseGet(() -> new Bound(at, Rounding.TO_TILES, length));
  }
}
