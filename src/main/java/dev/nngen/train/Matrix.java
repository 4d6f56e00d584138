package dev.nngen.train;

import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.ReshapeMatrix;

/** A dense matrix of doubles or floats, row by row, as generated classes take and return them. */
sealed interface Matrix {

  /** The EJML matrix itself. */
  ReshapeMatrix ejml();

  double get(int index);

  void set(int index, double value);

  /** A value as an entry would hold it. */
  double rounded(double value);

  /** An empty matrix of the precision asked for. */
  static Matrix create(boolean single) {
    return single ? new Floats(new FMatrixRMaj(0, 0)) : new Doubles(new DMatrixRMaj(0, 0));
  }

  /** A view of what a generated class returned. */
  static Matrix of(Object ejml) {
    return ejml instanceof FMatrixRMaj floats ? new Floats(floats) : new Doubles((DMatrixRMaj) ejml);
  }

  /** In double precision. */
  record Doubles(DMatrixRMaj ejml) implements Matrix {
    @Override
    public double get(int index) {
      return ejml.data[index];
    }

    @Override
    public void set(int index, double value) {
      ejml.data[index] = value;
    }

    @Override
    public double rounded(double value) {
      return value;
    }
  }

  /** In single precision. */
  record Floats(FMatrixRMaj ejml) implements Matrix {
    @Override
    public double get(int index) {
      return ejml.data[index];
    }

    @Override
    public void set(int index, double value) {
      ejml.data[index] = (float) value;
    }

    @Override
    public double rounded(double value) {
      return (float) value;
    }
  }
}
