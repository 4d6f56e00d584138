package com.acme;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class TrainingTest {

  @Test
  void lossFalls() {
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1}});
    DMatrixRMaj y = new DMatrixRMaj(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    double[] losses = Training.losses(x, y, 50);
    assertTrue(losses[1] < 0.8 * losses[0], losses[0] + " to " + losses[1]);
  }
}
