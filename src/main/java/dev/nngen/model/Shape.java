package dev.nngen.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows and columns of a value; 1 x 1 is a scalar. A tensor's first axis is its rows and all others are its columns; if samples are rows, its last
 * axis is its columns and all others are its rows.
 */
public record Shape(Dim rows, Dim columns) {

  public static final Shape SCALAR = new Shape(Dim.ONE, Dim.ONE);

  public static Shape of(int rows, int columns) {
    return of(Size.of(rows), Size.of(columns));
  }

  static Shape of(Size rows, Size columns) {
    return new Shape(new Dim(rows), new Dim(columns));
  }

  /** Returns the shape of a tensor with these axes; of a vector, a column, or a row if samples are rows. */
  static Shape of(List<Size> axes, boolean samplesInRows) {
    int rank = axes.size();
    return switch (rank) {
      case 0 -> SCALAR;
      case 1 -> samplesInRows == axes.get(0).isSamples() ? new Shape(new Dim(axes), Dim.ONE) : new Shape(Dim.ONE, new Dim(axes));
      default -> samplesInRows ? new Shape(new Dim(axes.subList(0, rank - 1)), new Dim(axes.get(rank - 1)))
          : new Shape(new Dim(axes.get(0)), new Dim(axes.subList(1, rank)));
    };
  }

  public boolean isScalar() {
    return equals(SCALAR);
  }

  /** Returns all axes in order; a matrix has two, even if they have one entry. */
  public List<Size> axes() {
    List<Size> axes = new ArrayList<>(rows.sizes());
    axes.addAll(columns.sizes());
    return axes;
  }

  /** Whether it has more axes than a matrix. */
  public boolean isTensor() {
    return rows.sizes().size() + columns.sizes().size() > 2;
  }

  public Shape transposed() {
    return new Shape(columns, rows);
  }

  /** Returns the shape in the other orientation: rows and columns are exchanged, and samples move to the other end. */
  Shape turned() {
    return new Shape(columns.withBatch(true), rows.withBatch(false));
  }

  /**
   * Returns the shape of an entrywise operation: a dimension of one fits any other, and so does one that lacks only m. Empty if the shapes do not
   * fit.
   */
  public Optional<Shape> broadcast(Shape other) {
    Dim r = common(rows, other.rows);
    Dim c = common(columns, other.columns);
    return r == null || c == null ? Optional.empty() : Optional.of(new Shape(r, c));
  }

  /** Returns the number of entries, with unknown sizes as 1. */
  public long entries() {
    return Dim.times(rows.entries(), columns.entries());
  }

  private static Dim common(Dim a, Dim b) {
    if (a.isOne() && b.isOne()) {
      return a.sizes().size() > b.sizes().size() ? a : b;
    }
    if (a.isOne() || a.equals(b) || b.sizes().size() > 1 && a.equals(b.withoutBatch())) {
      return b;
    }
    return b.isOne() || a.sizes().size() > 1 && b.equals(a.withoutBatch()) ? a : null;
  }

  /** Returns the text {@code 10 x m}, or {@code a scalar}. */
  @Override
  public String toString() {
    return isScalar() ? "a scalar" : rows + " x " + columns;
  }
}
