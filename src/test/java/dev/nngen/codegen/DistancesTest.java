package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lengths, distances and angles in generated classes: finite values and gradients for columns that are zero, equal or constant. */
@Slow
class DistancesTest {

  private static final String HEAD = "input A[3]; input B[3]; param W[2, 3]; P = W * A; Q = W * B; ";

  /** The first of four samples has A = 0, the second B = 0, the third both, the fourth equal columns; the others are ordinary. */
  private static final double[] A = {0, 1, 0, 2, -1, 0.5, 0, 2, 0, 1, 3, 0.25, 0, -1, 0, 1, 0.5, 4};
  private static final double[] B = {1, 0, 0, 2, 1, 0.25, 2, 0, 0, 1, -2, 0.125, 3, 0, 0, 1, 0, -4};
  private static final double[] W = {0.5, -0.25, 1, 0.75, 0.5, -0.5};

  /** The value, and the gradient with respect to W. */
  private static double[] gradient(Program<Phase.Simplified> model, KernelSet kernels) {
    boolean single = model.singlePrecision();
    GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(6);
    if (single) {
      float[] flat = new float[6];
      Arrays.setAll(new double[6], k -> flat[k] = (float) W[k]);
      net.call("setParameters", flat, 0);
    } else {
      net.call("setParameters", W, 0);
    }
    double loss = ((Number) net.call("gradients", matrix(A, single), matrix(B, single))).doubleValue();
    double[] all = {loss, 0, 0, 0, 0, 0, 0};
    if (single) {
      float[] flat = new float[6];
      net.call("addGradients", flat, 0);
      Arrays.setAll(all, k -> k == 0 ? loss : flat[k - 1]);
    } else {
      double[] flat = new double[6];
      net.call("addGradients", flat, 0);
      System.arraycopy(flat, 0, all, 1, 6);
    }
    return all;
  }

  private static Object matrix(double[] entries, boolean single) {
    if (!single) {
      return new DMatrixRMaj(3, 6, true, entries);
    }
    float[] floats = new float[entries.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = (float) entries[k];
    }
    return new FMatrixRMaj(3, 6, true, floats);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "minimize J = sum(norm(P));",
      "minimize J = sum(distance(P, Q));",
      "minimize J = mean(1 - cosine(P, Q));",
      "minimize J = sum(standardize(P) .* Q);",
      "minimize J = sum(distance(norm(P), norm(Q)));",
      "minimize J = mean(max(distance(P, Q) - distance(P, P + 1) + 0.2, 0));",
      "N = P ./ where(norm(P) > 0, norm(P), 1); minimize J = sum(N .* Q);",
      "minimize J = sum(exp(cosine(P, Q)) ./ (exp(cosine(P, Q)) + exp(cosine(P, 2 - Q))));",
      "n = norm(P); minimize J = sum(where(n < 1, n.^2, 2 * n - 1));"})
  void gradientsAreFinite(String statements) {
    for (String precision : new String[] {"f64", "f32"}) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "precision " + precision + "; model T { " + HEAD + statements + " }").get(0);
      double[] first = null;
      for (KernelSet kernels : KernelSets.ALL) {
        double[] found = gradient(model, kernels);
        assertTrue(Arrays.stream(found).allMatch(Double::isFinite), kernels.name() + " " + precision + ": " + Arrays.toString(found));
        first = first == null ? found : first;
        assertArrayEquals(first, found, precision.equals("f64") ? 1e-12 : 1e-4, kernels.name());
      }
    }
  }

  /** The gradient at one zero column, or at two equal ones, is 0. */
  @ParameterizedTest
  @CsvSource({"norm(Z), 0", "'distance(Z, Z0)', 0", "'cosine(Z, Z0 + 1)', 0", "standardize(Z), 0", "'cosine(Z0 + 1, Z)', 0"})
  void theGradientAtZeroIsZero(String value, double expected) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { input X[3]; param s = 1; Z = s * X; Z0 = stop(Z); V = " + value
        + "; minimize J = sum(V); }").get(0);
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(2);
      net.call("initialize", 1L);
      assertEquals(expected, net.<Double>call("gradients", new DMatrixRMaj(3, 2)), 0, kernels.name());
      double[] flat = new double[1];
      net.call("addGradients", flat, 0);
      assertEquals(0, flat[0], 0, kernels.name());
    }
  }

  /** Rounding errors of a constant column are not a deviation. */
  @Test
  void aConstantColumnIsNotBlownUp() {
    for (String precision : new String[] {"f64", "f32"}) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "precision " + precision + "; model T { input A[3]; param s = 1; V = standardize(s * A); minimize J = sum(abs(V)); }").get(0);
      boolean single = model.singlePrecision();
      GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(new PlainKernels().plan(model), Agreement.options(new PlainKernels()))).create(6);
      net.call("initialize", 1L);
      double[] columns = {0.1, 1e-3, 1e6 / 3, 1, 2, -0.7, 0.1, 1e-3, 1e6 / 3, 2, 2, -0.7, 0.1, 1e-3, 1e6 / 3, 3, 2, -0.7};
      double deviations = 2 * Math.sqrt(1.5);
      assertEquals(deviations, ((Number) net.call("loss", matrix(columns, single))).doubleValue(), single ? 1e-6 : 1e-14, precision);
    }
  }

  /** A triplet loss draws an anchor to its like and away from the other; a batch with equal samples trains. */
  @ParameterizedTest
  @ValueSource(strings = {"max(distance(E, F) - distance(E, G) + 2, 0)", "max(cosine(E, G) - cosine(E, F) + 2, 0)"})
  void tripletLossesTrain(String loss) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { input X[2]; input Y[2]; input Z[2]; param W[2, 2]; E = W * X; F = W * Y; G = W * Z; "
        + "minimize J = mean(" + loss + "); train sgd(rate = 0.05); }").get(0);
    DMatrixRMaj anchor = new DMatrixRMaj(2, 4, true, 0, 1, 1, 1, 0, 0, 1, 2);
    DMatrixRMaj like = new DMatrixRMaj(2, 4, true, 0, 1, 1, 0.5, 0, 0, 1, 2);
    DMatrixRMaj other = new DMatrixRMaj(2, 4, true, 0, 1, -1, 2, 0, 1, 1, -1);
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(4);
      net.call("initialize", 7L);
      double before = net.<Double>call("loss", anchor, like, other);
      for (int step = 0; step < 50; step++) {
        net.call("step", anchor, like, other);
      }
      double after = net.<Double>call("loss", anchor, like, other);
      assertTrue(after < before, kernels.name() + ": " + before + " to " + after);
    }
  }
}
