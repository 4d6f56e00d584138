package dev.nngen.train;

import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** A dense row-major matrix as generated classes take and return it: of doubles, floats or integers. */
sealed interface Matrix {

  /** Returns the argument of a generated class: an EJML matrix, or an array of integers. */
  Object argument();

  int rows();

  int columns();

  double get(int index);

  void set(int index, double value);

  /** Returns a value as rounded by an entry. */
  double rounded(double value);

  /** Changes the shape; entries become undefined. */
  void reshape(int rows, int columns);

  /** Creates an empty matrix of the given precision. */
  static Matrix create(boolean single) {
    return single ? new Floats(new FMatrixRMaj(0, 0)) : new Doubles(new DMatrixRMaj(0, 0));
  }

  /** Returns a view of a result of a generated class. */
  static Matrix of(Object ejml) {
    return ejml instanceof FMatrixRMaj floats ? new Floats(floats) : new Doubles((DMatrixRMaj) ejml);
  }

  /** Double precision. */
  record Doubles(DMatrixRMaj argument) implements Matrix {
    @Override
    public int rows() {
      return argument.numRows;
    }

    @Override
    public int columns() {
      return argument.numCols;
    }

    @Override
    public double get(int index) {
      return argument.data[index];
    }

    @Override
    public void set(int index, double value) {
      argument.data[index] = value;
    }

    @Override
    public double rounded(double value) {
      return value;
    }

    @Override
    public void reshape(int rows, int columns) {
      argument.reshape(rows, columns);
    }
  }

  /** Single precision. */
  record Floats(FMatrixRMaj argument) implements Matrix {
    @Override
    public int rows() {
      return argument.numRows;
    }

    @Override
    public int columns() {
      return argument.numCols;
    }

    @Override
    public double get(int index) {
      return argument.data[index];
    }

    @Override
    public void set(int index, double value) {
      argument.data[index] = (float) value;
    }

    @Override
    public double rounded(double value) {
      return (float) value;
    }

    @Override
    public void reshape(int rows, int columns) {
      argument.reshape(rows, columns);
    }
  }

  /** Integers. An array has the length of its matrix, so another shape needs another array. */
  final class Whole implements Matrix {
    private int[] numbers = new int[0];
    private int rows;
    private int columns;

    @Override
    public Object argument() {
      return numbers;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int columns() {
      return columns;
    }

    @Override
    public double get(int index) {
      return numbers[index];
    }

    @Override
    public void set(int index, double value) {
      numbers[index] = (int) value;
    }

    @Override
    public double rounded(double value) {
      return value;
    }

    @Override
    public void reshape(int toRows, int toColumns) {
      rows = toRows;
      columns = toColumns;
      if (numbers.length != rows * columns) {
        numbers = new int[rows * columns];
      }
    }
  }
}
