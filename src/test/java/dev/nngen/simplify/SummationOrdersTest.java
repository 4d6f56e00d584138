package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummationOrdersTest {

  @Test
  void theOrderOfSummationMakesNoDifference() {
    Meant model = Meant.of("""
        A = (W' * W) * X;  B = W' * (W * X);  D = W * (W * X);
        F[s] = sum[i: 3, j: 3] W[i, j] * X[j, s] * Y[i, s];  G[s] = sum[i: 3] Y[i, s] * (sum[j: 3] X[j, s] * W[i, j]);
        H[s] = sum[j: 3] X[j, s] * (sum[i: 3] Y[i, s] * W[i, j]);  K[s] = sum[j: 3] X[j, s] * (sum[i: 3] Y[i, s] * W[j, i]);
        """);
    assertEquals(model.normalForm("A"), model.normalForm("B"));
    assertNotEquals(model.normalForm("A"), model.normalForm("D"));
    assertEquals(model.normalForm("F"), model.normalForm("G"));
    assertEquals(model.normalForm("F"), model.normalForm("H"));
    assertNotEquals(model.normalForm("F"), model.normalForm("K"));
  }

  /** The gradient does not depend on the number that a softmax subtracts from all scores, so nothing of the maximum's derivative is left. */
  @ParameterizedTest
  @ValueSource(strings = {
    "S[s: 5, r: 5] = sum[i: 4] K[i, s] * X[i, r];  A = softmax(S);  O[j: 4, r] = sum[s] V[j, s] * A[s, r];",
    "S[s: 5, r: 5] = sum[i: 4] K[i, s] * X[i, r];  E[s, r] = exp(S[s, r] - max[q] S[q, r]);  O[j: 4, r] = sum[s] V[j, s] * E[s, r] / sum[q] E[q, r];",
    "S[r: 5, s: 5] = sum[i: 4] K[i, s] * X[i, r];  E[r, s] = exp(S[r, s] - max[q] S[r, q]);  A[r, s] = E[r, s] / sum[q] E[r, q];"
        + "  O[j: 4, r] = sum[s] V[j, s] * A[r, s];",
    "S[k: 2, s: 5, r: 5] = sum[i: 2] K[2*k + i, s] * X[2*k + i, r];  E[k, s, r] = exp(S[k, s, r] - max[q] S[k, q, r]);"
        + "  A[k, s, r] = E[k, s, r] / sum[q] E[k, q, r];  O[j: 4, r] = sum[s] V[j, s] * A[floor(j / 2), s, r];",
    "S[s: 5, r: 5] = sum[i: 4] K[i, s] * X[i, r];  E[s, r] = where(s <= r, exp(S[s, r] - max[q : q <= r] S[q, r]), 0);"
        + "  A[s, r] = E[s, r] / sum[q] E[q, r];  O[j: 4, r] = sum[s] V[j, s] * A[s, r];",
    "S[s: 5, r: 5] = sum[i: 4] K[i, s] * X[i, r];  E[s, r] = where(s >= r - 1, exp(S[s, r] - max[q : q >= r - 1] S[q, r]), 0);"
        + "  O[j: 4, r] = (sum[s] V[j, s] * E[s, r]) / sum[q] E[q, r];",
    "S[s: 5, r: 5] = sum[i: 4] K[i, s] * X[i, r];  C[r] = max[q] S[q, r];  E[s, r] = exp(S[s, r] - C[r]);  N[j: 4, r] = sum[s] V[j, s] * E[s, r];"
        + "  D[r] = sum[q] E[q, r];  O[j, r] = N[j, r] / D[r];"})
  void theMaximumOfASoftmaxHasNoAdjoint(String statements) {
    Graph graph = Simplifier.simplify(Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model M {
          input X[4, 5, m];  target Y[4, 5, m];  param Wk[4, 4];  param Wv[4, 4];
          K = Wk * X;  V = Wv * X;
          %s
          minimize J = sum((O - Y).^2) / m;
        }
        """.formatted(statements))))).graph();
    long maxima = 0;
    for (int id = 0; id < graph.size(); id++) {
      maxima += graph.node(id) instanceof Node.Max ? 1 : 0;
    }
    assertEquals(1, maxima);
  }
}
