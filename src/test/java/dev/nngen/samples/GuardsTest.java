package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients are 0 and not NaN where {@code where} takes the other branch: by the chain rule, and in the form that the class computes. */
class GuardsTest {

  private static final double NAN = Double.NaN;
  /** Per sample: two targets; those of the second sample are missing. */
  private static final double[] TARGETS = {0.25, NAN, 0.75, 0.5, NAN, 0.5};

  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "P = W * X; minimize J = sum(where(Y == Y, (P - Y).^2, 0)) / m;",
      "P = W * X; minimize J = sum(where(Y != Y, 0, huber(P, Y)));",
      "P = W * X; minimize J = sum(where(!(Y == Y), 0, abs(P - Y)));",
      "P = sigmoid(W * X); minimize J = mean(where(Y == Y, logloss(P, Y), 0));",
      "P = exp(W * X); seen = Y == Y; minimize J = sum(where(seen, P - Y .* log(P), 0)) / sum(where(seen, 1, 0));",
      "P = W * X; E = where(Y == Y, P - Y, 0); minimize J = sum(sqrt(1 + E.^2)) / m;",
      "P = W * X; minimize J = sum(where(Y == Y, log(exp(P - Y) + exp(Y - P)), 0));"})
  void missingTargetsDoNotReachTheGradient(String statements) {
    Program<? extends Phase.Differentiated> chained = Autodiff.differentiate(Programs.lowered("model T { input X[2]; target Y[2]; param W[2, 2]; " + statements + " }"));
    Map<String, double[]> missing = Map.of("W", new double[] {0.5, -0.25, 1, 0.75}, "X", new double[] {1, 5, 2, -1, 7, 0.5}, "Y", TARGETS);
    for (Program<? extends Phase.Differentiated> program : List.of(chained, Programs.simplified(chained))) {
      double[] gradient = new Interpreter(program.graph(), missing, Map.of("m", 3)).value("dJ/dW");
      assertTrue(Arrays.stream(gradient).allMatch(entry -> Double.isFinite(entry) && entry != 0), Arrays.toString(gradient));
    }
    Interpreter chain = new Interpreter(chained.graph(), missing, Map.of("m", 3));
    assertEquals(0.0, chain.value("dJ/dP")[1]);
    assertEquals(0.0, chain.value("dJ/dP")[4]);
  }

  /** Of sample 2 all entries are 0, where the root has no derivative and the branch is not taken; the others have the derivative of the norm. */
  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "s = colsum(Z.^2); N = where(s > 0, sqrt(s), 0); minimize J = sum(N);",
      "s = colsum(Z.^2); N = where(s == 0, 0, sqrt(s)); minimize J = sum(N);",
      "s = colsum(Z.^2); N = where(s > 0, s.^0.5, s); minimize J = sum(N);",
      "s = colsum(Z.^2); N = where(s > 0, sqrt(s) .* (1 + 0 * log(s)), 0); minimize J = sum(N);",
      "s = colsum(Z.^2); N = where(s > 0, sqrt(where(s > 0, s, 1)), 0); minimize J = sum(N);"})
  void aRootAtZeroIsGuarded(String statements) {
    Program<? extends Phase.Differentiated> chained = Autodiff.differentiate(Programs.lowered("model T { input X[2]; param W[2, 2]; Z = W * X; " + statements + " }"));
    Map<String, double[]> point = Map.of("W", new double[] {1, 0, 0, 1}, "X", new double[] {3, 0, 5, 4, 0, 12});
    double[] slopes = {3.0 / 5, 0, 5.0 / 13, 4.0 / 5, 0, 12.0 / 13};
    assertArrayEquals(slopes, new Interpreter(chained.graph(), point, Map.of("m", 3)).value("dJ/dZ"), 1e-15);
  }
}
