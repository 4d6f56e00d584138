package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The backward pass of attention sums over positions and features; one of these sums is computed already, for the output or for a gradient. */
class PartialSumsTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "E[s, r] = exp(S[s, r]); O[j: 4, r] = sum[s] V[j, s] * E[s, r] / sum[q] E[q, r]; | 0",
      "E[r, s] = exp(S[s, r]); D[r] = sum[q] E[r, q]; O[j: 4, r] = sum[s] V[j, s] * E[r, s] / D[r]; | 0",
      "E[s, r] = where(s <= r, exp(S[s, r] - max[q : q <= r] S[q, r]), 0); A[s, r] = E[s, r] / sum[q] E[q, r]; O[j: 4, r] = sum[s] V[j, s] * A[s, r]; | 2"})
  void noSumOverSeveralAxesHasThreeFactors(String statements, int choices) {
    Graph graph = Simplifier.simplify(Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model M {
          input X[4, 5, m];  target Y[4, 5, m];  param Wk[4, 4];  param Wv[4, 4];
          K = Wk * X;  V = Wv * X;  S[s: 5, r: 5] = sum[i: 4] K[i, s] * X[i, r];
          %s
          minimize J = sum((O - Y).^2) / m;
        }
        """.formatted(statements))))).graph();
    assertEquals(0, IntStream.range(0, graph.size()).filter(id -> graph.node(id) instanceof Node.Product product
        && product.loops().size() - product.rank() > 1 && product.factors().size() > 2).count());
    assertEquals(choices, IntStream.range(0, graph.size()).filter(id -> graph.node(id) instanceof Node.Apply apply && apply.fn() == Fn.WHERE).count());
  }
}
