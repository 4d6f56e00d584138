package com.acme;

import org.ejml.data.DMatrixRMaj;

/** Code beside a model uses its class like any other. */
public final class Training {

  private Training() {}

  /** The loss before and after some steps. */
  public static double[] losses(DMatrixRMaj x, DMatrixRMaj y, int steps) {
    Digits net = new Digits(x.numCols).initialize(1);
    double before = net.loss(x, y);
    for (int k = 0; k < steps; k++) {
      net.step(x, y);
    }
    return new double[] {before, net.loss(x, y)};
  }
}
