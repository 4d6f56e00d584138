package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.lower.Lowered;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Planner;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that change parameters block by block while they compute gradients, against those of another set of kernels. */
class FusedUpdateTest {

  private static final String MODEL = """
      samples SAMPLES;
      model Wide {
        input X[301]; target Y[5];
        A = dense(X, 450) |> tanh;
        B = dense(A, 310) |> relu;
        P = dense(B, 5);
        minimize J = mean(squared(P, Y)) + l2(0.01);
        train OPTIMIZER;
      }
      """;

  @ParameterizedTest
  @CsvSource({"rows, sgd(0.01), 2", "rows, adam(0.001), 2", "columns, momentum(0.01), 2", "columns, adamw(0.001), 2",
      "rows, clipnorm(0.5) |> sgd(0.01), 0"})
  void stepsAgree(String samples, String optimizer, int fused) {
    Lowered model = SampleModelTest.simplified("wide.nn", MODEL.replace("SAMPLES", samples).replace("OPTIMIZER", optimizer)).get(0);
    assertEquals(fused, FusedUpdates.find(Planner.plan(model), product -> true).size(), "updates that are fused");
    assertArrayEquals(train(model, new EjmlKernels(), samples), train(model, new VectorKernels(), samples), 1e-9);
  }

  private static double[] train(Lowered model, KernelSet kernels, String samples) {
    Agreement agreement = new Agreement(model, 1, kernels);
    GeneratedClass.Instance instance = agreement.generated().create(37);
    instance.call("initialize", 5L);
    Random random = new Random(7);
    double[] parameters = new double[301 * 450 + 450 + 450 * 310 + 310 + 310 * 5 + 5];
    for (int m : new int[] {37, 1, 20}) {
      instance.call("step", draw(samples, 301, m, random), draw(samples, 5, m, random));
    }
    instance.call("getParameters", parameters, 0);
    return parameters;
  }

  private static DMatrixRMaj draw(String samples, int features, int m, Random random) {
    DMatrixRMaj matrix = samples.equals("rows") ? new DMatrixRMaj(m, features) : new DMatrixRMaj(features, m);
    for (int k = 0; k < matrix.data.length; k++) {
      matrix.data[k] = random.nextGaussian();
    }
    return matrix;
  }
}
