package dev.nngen.codegen;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;

/** A network whose products are large enough for blocks, fused updates and threads, with tails in every direction. */
final class WideModel {

  static final int PARAMETERS = 301 * 450 + 450 + 450 * 310 + 310 + 310 * 5 + 5;

  private WideModel() {}

  /** The model's text. */
  static String text(String name, String samples, String optimizer) {
    return """
        samples SAMPLES;
        model NAME {
          input X[301]; target Y[5];
          A = dense(X, 450) |> tanh;
          B = dense(A, 310) |> relu;
          P = dense(B, 5);
          minimize J = mean(squared(P, Y)) + l2(0.01);
          train OPTIMIZER;
        }
        """.replace("SAMPLES", samples).replace("NAME", name).replace("OPTIMIZER", optimizer);
  }

  /** Random data for it. */
  static DMatrixRMaj draw(String samples, int features, int m, Random random) {
    DMatrixRMaj matrix = samples.equals("rows") ? new DMatrixRMaj(m, features) : new DMatrixRMaj(features, m);
    for (int k = 0; k < matrix.data.length; k++) {
      matrix.data[k] = random.nextGaussian();
    }
    return matrix;
  }
}
