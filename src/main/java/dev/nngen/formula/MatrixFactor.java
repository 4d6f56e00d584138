package dev.nngen.formula;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A factor in matrix notation: a matrix, a vector or a number, with its row and column axes, and its formula in both orientations.
 *
 * @param row the axis along its rows, {@link #NONE} for one row
 * @param column the axis along its columns, {@link #NONE} for one column
 * @param straight the formula of the {@code row x column} matrix
 * @param flipped the formula of its transpose
 */
record MatrixFactor(int row, int column, Formula straight, Formula flipped) {

  static final int NONE = -1;

  static MatrixFactor scalar(Formula formula) {
    return new MatrixFactor(NONE, NONE, formula, formula);
  }

  static MatrixFactor named(int row, int column, Formula name) {
    return row == NONE && column == NONE ? scalar(name) : new MatrixFactor(row, column, name, FormulaFactory.transpose(name));
  }

  /** Returns the factor with two formulas. A formula is replaced by the transpose of the other if that has fewer transposes. */
  static MatrixFactor of(int row, int column, Formula straight, Formula flipped) {
    int plain = TransposeCount.count(straight);
    int turned = TransposeCount.count(flipped);
    if (turned + 1 < plain) {
      return new MatrixFactor(row, column, FormulaFactory.transpose(flipped), flipped);
    }
    if (plain + 1 < turned) {
      return new MatrixFactor(row, column, straight, FormulaFactory.transpose(straight));
    }
    return new MatrixFactor(row, column, straight, flipped);
  }

  boolean isScalar() {
    return row == NONE && column == NONE;
  }

  boolean isMatrix() {
    return row != NONE && column != NONE;
  }

  boolean isName() {
    return straight instanceof Formula.Name || straight instanceof Formula.Index || flipped instanceof Formula.Name;
  }

  boolean has(int axis) {
    return row == axis || column == axis;
  }

  /** The axes of this factor, at most two. */
  List<Integer> axes() {
    if (isScalar()) {
      return List.of();
    }
    return isMatrix() ? List.of(row, column) : List.of(Math.max(row, column));
  }

  /** Returns the axis of a vector. */
  int only() {
    return Math.max(row, column);
  }

  /** Returns the formula with {@code wantedRow} along its rows and {@code wantedColumn} along its columns, if it has these axes. */
  Formula as(int wantedRow, int wantedColumn) {
    boolean fits = (row == NONE || row == wantedRow) && (column == NONE || column == wantedColumn);
    return fits ? straight : flipped;
  }

  /** Returns this factor with other axes; NoMatrixNotation for a diagonal. */
  MatrixFactor rewired(IntUnaryOperator axes) {
    MatrixFactor rewired = new MatrixFactor(row == NONE ? NONE : axes.applyAsInt(row), column == NONE ? NONE : axes.applyAsInt(column),
        straight, flipped);
    if (rewired.isMatrix() && rewired.row == rewired.column) {
      throw new NoMatrixNotation("a diagonal");
    }
    return rewired;
  }
}
