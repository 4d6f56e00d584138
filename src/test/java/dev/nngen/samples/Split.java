package dev.nngen.samples;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Data for training and for testing: the inputs in the order of the model, then the targets, a sample per column.
 *
 * @param inputs how many of the matrices are inputs
 */
record Split(DMatrixRMaj[] training, DMatrixRMaj[] test, int inputs) {

  int trainingSize() {
    return training[0].numCols;
  }

  int testSize() {
    return test[0].numCols;
  }

  DMatrixRMaj[] testInputs() {
    return Arrays.copyOf(test, inputs);
  }

  /** The mean of the first input over the training samples, a column. */
  DMatrixRMaj trainingMean() {
    DMatrixRMaj sum = CommonOps_DDRM.sumRows(training[0], null);
    CommonOps_DDRM.divide(sum, trainingSize());
    return sum;
  }
}
