package dev.nngen.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rows or the columns of a value. In a matrix they are one axis; in a tensor they may be several, which matrix operators treat as one.
 *
 * @param sizes the size of each axis in order
 */
public record Dim(List<Size> sizes) {

  public static final Dim BATCH = new Dim(Size.SAMPLES);
  public static final Dim ONE = new Dim(Size.ONE);

  public Dim {
    sizes = List.copyOf(sizes);
  }

  public Dim(Size size) {
    this(List.of(size));
  }

  public Dim(int size) {
    this(Size.of(size));
  }

  /** Returns the product of the known sizes. */
  public int size() {
    return sizes.stream().filter(Size::isKnown).mapToInt(Size::number).reduce(1, (a, b) -> a * b);
  }

  /** Returns the number of entries, with unknown sizes as 1; saturates. */
  long entries() {
    return sizes.stream().mapToLong(Size::least).reduce(1, Dim::times);
  }

  /** Returns the product of nonnegative numbers; saturates. */
  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
  }

  public boolean isBatch() {
    return sizes.equals(BATCH.sizes);
  }

  /** Whether one of its axes has m entries. */
  public boolean hasBatch() {
    return sizes.contains(Size.SAMPLES);
  }

  public boolean isOne() {
    return sizes.stream().allMatch(Size::isOne);
  }

  /** Whether all sizes are known at compile time. */
  public boolean isKnown() {
    return sizes.stream().allMatch(Size::isKnown);
  }

  /** Returns the dimension without the axis of samples; 1 if there is no other axis. */
  Dim withoutBatch() {
    List<Size> rest = sizes.stream().filter(size -> !size.isSamples()).toList();
    return rest.isEmpty() ? ONE : new Dim(rest);
  }

  /** Returns the dimension with the axis of samples first or last. */
  Dim withBatch(boolean first) {
    if (!hasBatch()) {
      return this;
    }
    List<Size> all = new ArrayList<>(sizes.stream().filter(size -> !size.isSamples()).toList());
    all.add(first ? 0 : all.size(), Size.SAMPLES);
    return new Dim(all);
  }

  @Override
  public String toString() {
    return sizes.stream().map(Size::toString).collect(Collectors.joining(" x "));
  }
}
