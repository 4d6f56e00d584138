package dev.nngen.formula;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A factor in matrix notation: a matrix, a vector or a number, together with the axes that its rows and columns run along,
 * and how it is written either way round.
 *
 * @param row the axis along its rows, {@link #NONE} where it has one row
 * @param column the axis along its columns, {@link #NONE} where it has one column
 * @param straight the formula of the matrix as {@code row} and {@code column} say
 * @param flipped the formula of its transpose
 */
record Piece(int row, int column, Formula straight, Formula flipped) {

  static final int NONE = -1;

  static Piece scalar(Formula formula) {
    return new Piece(NONE, NONE, formula, formula);
  }

  static Piece named(int row, int column, Formula name) {
    return row == NONE && column == NONE ? scalar(name) : new Piece(row, column, name, Write.transpose(name));
  }

  /** The piece of which two ways of writing are known; each is kept unless transposing the other one reads better. */
  static Piece of(int row, int column, Formula straight, Formula flipped) {
    int plain = Transposes.count(straight);
    int turned = Transposes.count(flipped);
    if (turned + 1 < plain) {
      return new Piece(row, column, Write.transpose(flipped), flipped);
    }
    if (plain + 1 < turned) {
      return new Piece(row, column, straight, Write.transpose(straight));
    }
    return new Piece(row, column, straight, flipped);
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

  /** The axes this piece runs along, none to two of them. */
  List<Integer> axes() {
    if (isScalar()) {
      return List.of();
    }
    return isMatrix() ? List.of(row, column) : List.of(Math.max(row, column));
  }

  /** The axis of a vector. */
  int only() {
    return Math.max(row, column);
  }

  /** The formula with {@code wantedRow} along its rows and {@code wantedColumn} along its columns, as far as it has them. */
  Formula as(int wantedRow, int wantedColumn) {
    boolean fits = (row == NONE || row == wantedRow) && (column == NONE || column == wantedColumn);
    return fits ? straight : flipped;
  }

  /** This piece as an operand whose axes are addressed by other ones; NoMatrixNotation for a diagonal. */
  Piece rewired(IntUnaryOperator axes) {
    Piece rewired = new Piece(row == NONE ? NONE : axes.applyAsInt(row), column == NONE ? NONE : axes.applyAsInt(column),
        straight, flipped);
    if (rewired.isMatrix() && rewired.row == rewired.column) {
      throw new NoMatrixNotation("a diagonal");
    }
    return rewired;
  }
}
