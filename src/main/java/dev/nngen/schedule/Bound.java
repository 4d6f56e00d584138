package dev.nngen.schedule;

/**
 * Where a loop begins or ends.
 *
 * @param whole true of the last multiple of a vector's length up to there
 */
public record Bound(Affine at, boolean whole) {

  public static final Bound ZERO = at(Affine.ZERO);

  public static Bound at(Affine at) {
    return new Bound(at, false);
  }

  /** Where the last whole vector before this ends. */
  Bound lastVector() {
    return new Bound(at, true);
  }

  @Override
  public String toString() {
    return whole ? "whole(" + at + ")" : at.toString();
  }
}
