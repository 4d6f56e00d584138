package dev.nngen.simplify;

import java.util.List;

/** The verdict on a claim {@code left == right}. */
public sealed interface Proof {

  /** The two sides are equal wherever both exist; {@code reason} is the method of the proof. */
  record Proved(String reason) implements Proof {}

  /**
   * A counterexample: the two sides differ.
   *
   * @param place the entry, such as {@code [2, 1]} (row and column, counted from 1), empty for a scalar
   * @param point a value for each leaf, as {@code name = values}
   */
  record Refuted(String place, double left, double right, List<String> point) implements Proof {}

  /**
   * Undecided: the sides agree at all points tried.
   *
   * @param zero true if both were 0 at all of them, which is weak evidence
   */
  record Unproved(int points, boolean zero) implements Proof {}
}
