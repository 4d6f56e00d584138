package dev.nngen.schedule;

/**
 * Where a loop begins or ends.
 *
 * @param multiple of tiles, the number of iterations in one; else 1
 */
public record Bound(Affine at, Rounding rounding, int multiple) {

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

  /** Where the last whole vector before this ends. */
  Bound lastVector() {
    return new Bound(at, Rounding.TO_VECTORS, 1);
  }

  /** Where the last whole tile before this ends. */
  Bound lastTile(int length) {
    return at.constant().map(end -> at(Affine.of(end - end % length))).orElseGet(() -> new Bound(at, Rounding.TO_TILES, length));
  }
}
