package dev.nngen.model;

/**
 * How many rows or columns a matrix has.
 *
 * @param size the number, or -1 for {@link #BATCH}
 */
public record Dim(int size) {

  /** The number of samples, {@code m}, known only when the generated class runs. */
  public static final Dim BATCH = new Dim(-1);
  public static final Dim ONE = new Dim(1);

  public boolean isBatch() {
    return size < 0;
  }

  public boolean isOne() {
    return size == 1;
  }

  @Override
  public String toString() {
    return isBatch() ? "m" : Integer.toString(size);
  }
}
