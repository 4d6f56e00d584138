package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Program;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of activations in their textbook forms, where those overflow: values and gradients stay finite and exact. */
class StabilityTest {

  private static final double[] POINTS = {-800, -50, -5, -0.5, 0, 0.5, 5, 50, 800};

  private static double sigmoid(double z) {
    return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
  }

  private static double softplus(double z) {
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  /** The log loss of a sigmoid is softplus(z) - y z, its derivative sigmoid(z) - y, in any spelling. */
  @ParameterizedTest
  @ValueSource(strings = {
      "logloss(sigmoid(z), y)",
      "logloss(1 / (1 + exp(-z)), y)",
      "logloss(exp(z) / (1 + exp(z)), y)",
      "logloss((1 + tanh(z / 2)) / 2, y)",
      "logloss(1 - 1 / (1 + exp(z)), y)",
      "-log(sigmoid(z)) * y - log(1 - sigmoid(z)) * (1 - y)"})
  void sigmoidWithLogLoss(String expression) {
    for (double y : new double[] {0, 0.25, 1}) {
      Programs.Scalar function = Programs.scalar(expression, y);
      for (double z : POINTS) {
        String at = " at z = " + z + ", y = " + y;
        assertEquals(softplus(z) - y * z, function.value(z), 1e-12 * softplus(Math.abs(z)), "value" + at);
        double slope = y == 1 ? -sigmoid(-z) : sigmoid(z) - y;
        assertEquals(slope, function.slope(z), 1e-12 * Math.abs(slope) + 1e-16, "slope" + at);
      }
    }
  }

  /** F2 far out: tanh with the log loss on (1 + T)/2 is the log loss of sigmoid(2z), its derivative T - y. */
  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.5, 1})
  void tanhWithLogLoss(double y) {
    Programs.Scalar function = Programs.scalar("logloss((1 + tanh(z)) / 2, (1 + y) / 2)", y);
    for (double z : POINTS) {
      assertEquals(softplus(2 * z) - (1 + y) * z, function.value(z), 1e-12 * softplus(Math.abs(z)), "value at " + z);
      assertEquals(Math.tanh(z) - y, function.slope(z), 1e-15, "slope at " + z);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "crossentropy(softmax(Z), Y)",
      "nll(logsoftmax(Z), Y)",
      "crossentropy(exp(Z) ./ colsum(exp(Z)), Y)"})
  void softmaxWithCrossentropy(String expression) {
    Program<?> program = Programs.simplified("model T { input X[3]; target Y[3] where colsum(Y) == 1; param s = 1;"
        + " Z = s * X; P = softmax(Z); output P; minimize J = mean(" + expression + "); }");
    double[] logits = {800, -800, 0};
    double[] target = {0, 1, 0};
    Interpreter interpreter =
        new Interpreter(program.graph(), Map.of("X", logits, "Y", target, "s", new double[] {1}), Map.of("m", 1));
    assertEquals(1600, interpreter.value("J")[0], 1e-9);
    assertArrayEquals(new double[] {1, -1, 0}, interpreter.value("dJ/dZ"), 1e-15);
    assertArrayEquals(new double[] {1, 0, 0}, interpreter.value("P"), 1e-15);
  }

  /** A normalized sample does not depend on its mean; the variance must not become a difference of large squares. */
  @Test
  void normalizedFarFromZero() {
    Program<?> program = Programs.simplified("model T { input X[3]; target Y[1];"
        + " param U[3, 3] = glorot; param W[1, 3] = glorot; param g[3] = 1; Z = U * X;"
        + " N = g .* (Z - colsum(Z) / 3) ./ sqrt(colsum((Z - colsum(Z) / 3).^2) / 3 + 1e-5);"
        + " P = W * tanh(N); output P; minimize J = mean(squared(P, Y)); }");
    assertArrayEquals(slopes(program, 0), slopes(program, 1 << 20), 1e-8);
  }

  private static double[] slopes(Program<?> program, double shift) {
    Map<String, double[]> values = Map.of("X", new double[] {shift - 1, shift + 0.25, shift + 0.5}, "Y", new double[] {1},
        "U", new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, "W", new double[] {1, -1, 2}, "g", new double[] {1, 2, 3});
    return new Interpreter(program.graph(), values, Map.of("m", 1)).value("dJ/dg");
  }
}
