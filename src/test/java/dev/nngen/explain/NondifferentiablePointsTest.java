package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.formula.ValueNaming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nondifferentiable points are listed where the gradient jumps, and nowhere else. */
class NondifferentiablePointsTest {

  private static int nondifferentiable(String value) {
    String text = "model Pieces { input X[3]; input id; input all[3, 1]; target Y[3]; Z = dense(X, 3); V = dense(X, 3); P = " + value
        + "; minimize J = mean(halfsquared(P, Y)); }";
    return NondifferentiablePoints.of(model(text).lowered(), ValueNaming.of(model(text).lowered().graph())).size();
  }

  private static CompiledModel model(String text) {
    return Samples.models("pieces.nn", text).get(0);
  }

  /** The pieces meet with equal derivatives, or the nondifferentiable term cancels. */
  @ParameterizedTest
  @ValueSource(strings = {"softmax(Z)", "logsoftmax(Z)", "exp(Z - colmax(Z)) ./ colsum(exp(Z - colmax(Z)))",
      "Z - (colmax(Z) + log(colsum(exp(Z - colmax(Z)))))", "exp(Z - max(Z, V)) ./ exp(V - max(Z, V))",
      "max(Z, 0) + log1p(exp(-abs(Z)))", "max(-Z, 0) + log1p(exp(-abs(-Z)))", "Z .* abs(Z)", "max(Z, 0).^2", "min(Z, 1) + max(Z, 1)", "max(Z, V) - abs(Z - V) / 2",
      "where(abs(Z) <= 1, Z.^2 / 2, abs(Z) - 0.5)", "where(abs(Z - V) > 2, 4 * abs(Z - V) - 4, (Z - V).^2)", "where(Z > 0, Z, exp(Z) - 1)", "where(Z > 1, Z.^3, 3 * Z - 2)",
      "max(abs(Z) - 1, 0).^2", "where(2 * Z + 1 >= 0, (2 * Z + 1).^2, 0)", "where(Z == Z, Z, 0)", "where(Z != Z, 0, Z)", "where(Z == Z && V == V, V, Z)",
      "where(2 * Z + V == V + Z + Z, Z, 0)", "where(!(Z == Z), 0, V)", "where(abs(Z) > -1, Z, 2 * Z)"})
  void smooth(String value) {
    assertEquals(0, nondifferentiable(value));
  }

  /** Data are not differentiated by, so that their comparisons are the same at each point. */
  @ParameterizedTest
  @ValueSource(strings = {"dense(X .* where(X > 0, 1, 2), 3)", "Z .* where(all == id, 1, 0)", "dense(abs(X), 3)", "dense(X - colmax(X), 3)", "Z .* where(Y > 0, 1, 2)", "Z + floor(X)"})
  void dataOnly(String value) {
    assertEquals(0, nondifferentiable(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"max(Z, 0)", "min(Z, V)", "abs(Z)", "where(Z > 0, Z, 0.1 * Z)", "where(Z > 1, 1, 0)", "where(Z > 0, Z, 2 * (exp(Z) - 1))", "Z - colmax(Z)",
      "Z .* colsum(abs(Z))", "max(Z, V) - abs(Z - V) / 3", "max(Z, 0) + log1p(exp(-abs(Z - 1)))", "where(abs(Z) <= 1, Z.^2 / 2, abs(Z))", "where(Z > 0, colsum(Z), 0)",
      "abs(Z) .* X", "max(Z, 0) .* max(V, 0)", "where(Z == 1, 1, 0)", "sign(Z) .* V"})
  void jumps(String value) {
    assertEquals(1, Math.min(1, nondifferentiable(value)));
  }

  @Test
  void comparisonsOfDataCountIfTheModelDifferentiatesByThem() {
    CompiledModel model = model("model Asked { input X[3]; target Y[3]; P = dense(abs(X), 3); S = sum(P) / m; G = grad(S, X); minimize J = mean(halfsquared(P, Y)) + mean(halfsquared(G, Y)); }");
    assertEquals(1, NondifferentiablePoints.of(model.lowered(), ValueNaming.of(model.lowered().graph())).size());
  }

  @Test
  void functionsThatMeetAtTheSameBoundaryAreLookedAtTogether() {
    assertEquals(2, nondifferentiable("max(Z, 0) + 0.4 * abs(Z)"));
    assertEquals(0, nondifferentiable("max(Z, 0) - 0.5 * abs(Z)"));
  }
}
