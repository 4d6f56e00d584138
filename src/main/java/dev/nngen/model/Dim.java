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

  /** The product of the sizes that are known. */
  public int size() {
    return sizes.stream().filter(Size::isKnown).mapToInt(Size::number).reduce(1, (a, b) -> a * b);
  }

  /** The number of entries, in which a size that is not known counts as one; the largest number if it is beyond. */
  long entries() {
    return sizes.stream().mapToLong(Size::least).reduce(1, Dim::times);
  }

  /** The product of numbers that are not negative; the largest number if it is beyond. */
  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
  }

  public boolean isBatch() {
    return sizes.equals(BATCH.sizes);
  }

  /** Whether one of its axes is m. */
  public boolean hasBatch() {
    return sizes.contains(Size.SAMPLES);
  }

  public boolean isOne() {
    return sizes.stream().allMatch(Size::isOne);
  }

  /** Whether the compiler knows all sizes. */
  public boolean isKnown() {
    return sizes.stream().allMatch(Size::isKnown);
  }

  /** The same without the axis of samples; one where nothing is left. */
  Dim withoutBatch() {
    List<Size> rest = sizes.stream().filter(size -> !size.isSamples()).toList();
    return rest.isEmpty() ? ONE : new Dim(rest);
  }

  /** The same with the axis of samples first, or last. */
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
