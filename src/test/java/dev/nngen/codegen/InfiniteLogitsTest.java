package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.Arrays;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of -inf mask entries: a softmax, or the logarithm of one, is that of the others, with finite values and gradients, as long as some are finite. */
@Slow
class InfiniteLogitsTest {

  private static final double INF = Double.NEGATIVE_INFINITY;
  private static final double[] MASK = {0, INF, 0, 0, 0, 0, INF, INF, 0};
  private static final double[] X = {1, 2, -1, 0.5, -0.5, 1, 0, 3, 2};
  private static final double[] Y = {1, 0, 0.5, 0, 1, 0.5, 0, 0, 0};

  @ParameterizedTest
  @ValueSource(strings = {
      "P = softmax(Z + M); minimize J = mean(squared(P, Y));",
      "P = softmax(Z + M); minimize J = mean(crossentropy(P, Y));",
      "L = logsoftmax(Z + M); minimize J = mean(nll(L, Y));",
      "P = softmax(Z + M); minimize J = mean(kldivergence(P, Y));",
      "P = softmax(Z + M); minimize J = mean(focal(P, Y));",
      "P = softmax(Z + M); minimize J = mean(-Y .* 2 .* weighted(Y, log(P)) + weighted(Y, log(Y)));",
      "P = exp(Z + M); minimize J = mean(poisson(P, Y));",
      "P = softmax(Z + M); minimize J = mean(where(P > 0, P .* log(P), 0));",
      "L = log(colsum(exp(Z + M))); minimize J = mean(L);",
      "A = Z + M; c = colmax(A); L = c + log(colsum(exp(A - c))); minimize J = mean(L);",
      "A = Z + M; c = colmax(A); E = exp(A - c); P = E ./ colsum(E); minimize J = sum(P .* Z);",
      "E = exp(Z + M); P = E ./ colsum(E); minimize J = sum(P .* Z);",
      "P = softmax(where(M == 0, Z, M)); minimize J = sum(P .* Z);"})
  void someMaskedEntriesAreFinite(String statements) {
    for (String precision : new String[] {"f64", "f32"}) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "precision " + precision
          + "; model T { input X[3]; input M[3]; target Y[3]; param W[3, 3] = 1; Z = W * X; " + statements + " }").get(0);
      double[] w = {0.5, -0.25, 1, 0.75, 0.5, -0.5, 0.25, 1, 0};
      Interpreter interpreter = new Interpreter(model.graph(), Map.of("X", X, "M", MASK, "Y", Y, "W", w), Map.of("m", 3));
      double expected = interpreter.value("J")[0];
      assertTrue(Double.isFinite(expected), "interpreter " + precision + ": " + expected);
      double[] slopes = interpreter.value("dJ/dW");
      assertTrue(Arrays.stream(slopes).allMatch(Double::isFinite), "interpreter " + precision + ": " + Arrays.toString(slopes));
      for (KernelSet kernels : KernelSets.ALL) {
        assertAgrees(model, kernels, w, expected, slopes);
      }
    }
  }

  private static void assertAgrees(Program<Phase.Simplified> model, KernelSet kernels, double[] w, double expected, double[] slopes) {
    boolean single = model.singlePrecision();
    GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(3);
    net.call("setParameters", single ? floats(w) : w, 0);
    double loss = ((Number) net.call("gradients", matrix(X, single), matrix(MASK, single), matrix(Y, single))).doubleValue();
    assertEquals(expected, loss, (single ? 1e-5 : 1e-12) * Math.max(1, Math.abs(expected)), kernels.name());
    double[] found = new double[9];
    float[] narrow = new float[9];
    net.call("addGradients", single ? narrow : found, 0);
    for (int k = 0; k < 9; k++) {
      assertEquals(slopes[k], single ? narrow[k] : found[k], single ? 1e-5 : 1e-12, kernels.name() + " entry " + k);
    }
  }

  private static Object matrix(double[] entries, boolean single) {
    return single ? new FMatrixRMaj(3, 3, true, floats(entries)) : new DMatrixRMaj(3, 3, true, entries);
  }

  private static float[] floats(double[] entries) {
    float[] floats = new float[entries.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = (float) entries[k];
    }
    return floats;
  }

  /** The gradient of a cross-entropy is finite without where() too; its value is 0 times -inf, unless where() leaves targets of 0 out. */
  @ParameterizedTest
  @ValueSource(strings = {"P = softmax(Z + M); minimize J = mean(crossentropy(P, Y));", "L = logsoftmax(Z + M); minimize J = mean(nll(L, Y));"})
  void gradientsOfACrossEntropyAreFinite(String statements) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { input X[3]; input M[3]; target Y[3]; param W[3, 3] = 1; Z = W * X; " + statements + " }").get(0);
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(3);
      net.call("initialize", 1L);
      net.call("gradients", matrix(X, false), matrix(MASK, false), matrix(Y, false));
      double[] found = new double[9];
      net.call("addGradients", found, 0);
      assertTrue(Arrays.stream(found).allMatch(Double::isFinite), kernels.name() + " " + Arrays.toString(found));
    }
  }

  /** A column of -inf only has no distribution: NaN, as documented. */
  @ParameterizedTest
  @ValueSource(strings = {"P = softmax(M + s);", "P = logsoftmax(M + s);"})
  void aColumnThatIsAllMaskedIsNotANumber(String statements) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { input M[3]; param s = 0; " + statements + " }").get(0);
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(2);
      net.call("initialize", 1L);
      DMatrixRMaj predicted = net.call("predict", new DMatrixRMaj(3, 2, true, INF, 0, INF, 0, INF, 0));
      assertTrue(Double.isNaN(predicted.get(0, 0)), kernels.name());
      assertTrue(Double.isFinite(predicted.get(0, 1)), kernels.name());
    }
  }
}
