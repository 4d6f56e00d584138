package dev.nngen.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rows or the columns of a value. In a matrix they are one axis; in a tensor they may be several, which matrix operators treat as one.
 *
 * @param sizes the size of each axis in order, {@code BATCH} for the number of samples
 */
public record Dim(List<Integer> sizes) {

  /** The number of samples, {@code m}, known only when the generated class runs. */
  public static final int SAMPLES = -1;
  public static final Dim BATCH = new Dim(SAMPLES);
  public static final Dim ONE = new Dim(1);

  public Dim {
    sizes = List.copyOf(sizes);
  }

  public Dim(int size) {
    this(List.of(size));
  }

  /** The number of entries along it, in which m counts as -1. */
  public int size() {
    return sizes.stream().reduce(1, (a, b) -> a * b);
  }

  /** The number of entries of one sample, exactly. */
  long entries() {
    return sizes.stream().mapToLong(size -> Math.abs((long) size)).reduce(1, (a, b) -> Math.abs(a) > Integer.MAX_VALUE ? a : a * b);
  }

  public boolean isBatch() {
    return sizes.equals(BATCH.sizes);
  }

  /** Whether one of its axes is m. */
  public boolean hasBatch() {
    return sizes.contains(SAMPLES);
  }

  public boolean isOne() {
    return sizes.stream().allMatch(size -> size == 1);
  }

  /** The same without the axis of samples; one where nothing is left. */
  Dim withoutBatch() {
    List<Integer> rest = sizes.stream().filter(size -> size != SAMPLES).toList();
    return rest.isEmpty() ? ONE : new Dim(rest);
  }

  /** The same with the axis of samples first, or last. */
  Dim withBatch(boolean first) {
    if (!hasBatch()) {
      return this;
    }
    List<Integer> all = new ArrayList<>(sizes.stream().filter(size -> size != SAMPLES).toList());
    all.add(first ? 0 : all.size(), SAMPLES);
    return new Dim(all);
  }

  @Override
  public String toString() {
    return sizes.stream().map(size -> size == SAMPLES ? "m" : Integer.toString(size)).collect(Collectors.joining(" x "));
  }
}
