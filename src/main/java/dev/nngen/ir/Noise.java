package dev.nngen.ir;

import java.util.SplittableRandom;

/**
 * Disturbs the result of each operation at random, more than rounding does. The effect on the final result estimates that of rounding (Monte Carlo
 * arithmetic: Parker, 1997).
 */
public final class Noise {

  private static final double LARGE = 0x1p20;

  private final SplittableRandom random;
  private final double size;

  /** @param size the largest disturbance, relative to a result */
  public Noise(SplittableRandom random, double size) {
    this.random = random;
    this.size = size;
  }

  /** Disturbs the entries of a node in place, if computing them rounds. */
  public void disturb(Node node, double[] entries) {
    disturb(node, entries, 0, 1);
  }

  /** Disturbs one lane: every step-th entry from the first. */
  public void disturb(Node node, double[] entries, int first, int step) {
    boolean isRounded = isRounded(node);
    for (int k = first; isRounded && k < entries.length; k += step) {
      if (!isWhole(entries[k])) {
        entries[k] *= 1 + size * random.nextDouble(-1, 1);
      }
    }
  }

  /** Sums and products of integers, such as truth values, are exact. */
  private static boolean isWhole(double entry) {
    return entry == Math.rint(entry) && Math.abs(entry) < LARGE;
  }

  /** False if the result is one of the operands or an exact number. */
  private static boolean isRounded(Node node) {
    if (node instanceof Node.Apply apply) {
      return apply.fn().isTranscendental();
    }
    boolean scales = node instanceof Node.Sum sum && sum.operands().size() + (sum.constant().isZero() ? 0 : 1) < 2;
    boolean copies = node instanceof Node.Product product && product.factors().size() == 1 && !product.isSumming();
    return !scales && !copies && !(node instanceof Node.Max);
  }
}
