package dev.nngen.bench.generated;

import dev.nngen.bench.Data;
import dev.nngen.bench.Precision;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** Arguments of generated classes of a precision. */
final class Matrices {

  private Matrices() {}

  static Object matrix(Precision precision, int rows, int columns, double[] values) {
    return precision == Precision.F32 ? FMatrixRMaj.wrap(rows, columns, Data.narrow(values)) : DMatrixRMaj.wrap(rows, columns, values);
  }

  static Object numbers(Precision precision, double[] values) {
    return precision == Precision.F32 ? Data.narrow(values) : values;
  }
}
