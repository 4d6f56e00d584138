package dev.nngen.model;

import java.util.Optional;

/** Rows and columns of a matrix; 1 x 1 is a scalar. */
public record Shape(Dim rows, Dim columns) {

  public static final Shape SCALAR = new Shape(Dim.ONE, Dim.ONE);

  public static Shape of(int rows, int columns) {
    return new Shape(new Dim(rows), new Dim(columns));
  }

  public boolean isScalar() {
    return equals(SCALAR);
  }

  public Shape transposed() {
    return new Shape(columns, rows);
  }

  /** The shape of an entrywise operation: a dimension of one fits any other. Empty where the shapes do not fit. */
  public Optional<Shape> broadcast(Shape other) {
    Dim r = common(rows, other.rows);
    Dim c = common(columns, other.columns);
    return r == null || c == null ? Optional.empty() : Optional.of(new Shape(r, c));
  }

  /** The number of entries of one sample: a dimension of m counts once. */
  public long entries() {
    return (long) Math.abs(rows.size()) * Math.abs(columns.size());
  }

  private static Dim common(Dim a, Dim b) {
    if (a.isOne() || a.equals(b)) {
      return b;
    }
    return b.isOne() ? a : null;
  }

  /** {@code 10 x m}, or {@code a scalar}. */
  @Override
  public String toString() {
    return isScalar() ? "a scalar" : rows + " x " + columns;
  }
}
