package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.diag.Diagnostic;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Lowering;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes of what blocks over an index define, and their errors. */
class BlocksTest {

  private static final String DATA = "input X[3, 5, m]; input Z[3]; input word[5] of 7; param W[4, 3]; param U[4, 4]; param V[3, 3]; ";

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "over t { start H = 0; H = tanh(W * X[:, t] + U * prev(H)); } | H | 4 x 5 x m",
      "over t { start H = 0; H = U * prev(H) + W * X[:, t]; S = colsum(H); } | S | 5 x m",
      "over t { start n = 0; n = prev(n) + 1; H = X[:, t] * n; } | n | 5",
      "over t { start Q = Z; Q = V * prev(Q); R = X[:, t] .* Q; } | Q | 3 x 5 x m",
      "over t: 6 { start Q = Z; Q = V * prev(Q); } | Q | 3 x 6 x m",
      "over t: 6 { start k = 1; k = prev(k) * 2; } | k | 6",
      "over t { start H = 0; start C = 0; C = prev(C) + U * prev(H); H = tanh(C) + W * X[:, t]; } | C | 4 x 5 x m",
      "over t { start H = 0; H[u] = sum[k] W[u, k] * X[k, t] + sum[v] U[u, v] * prev(H)[v]; } | H | 4 x 5 x m",
      "over t { start H = 0; H = dense(concat(X[:, t], prev(H)), 6, tanh); } | H | 6 x 5 x m",
      "over t { start H = 0; H = dense(concat(X[:, t], prev(H)), 6, tanh); } | W_H | 6 x 9",
      "over t { start A = 0; over s: 2 { B = W * X[:, t] + U * prev(A)[:, s]; } A = B; } | A | 4 x 2 x 5 x m",
      "over t { start A = 0; P = prev(A); over s: 2 { B = W * X[:, t] + U * P[:, s]; } A = B; } | A | 4 x 2 x 5 x m",
      "over k { start a = 1; a = 0.5 * next(a) + X[0, k]; } | a | 5 x m",
      "Q = lstm(X, 2); R[i, s] = Z_Q[2 * i, s] + C_Q[i, end - s]; | R | 2 x 5 x m",
      "over k { A = dense(X[:, k], 4, tanh); B = A + Z_A; } R[i, s] = Z_A[i, end - s] + B[i, s]; | R | 4 x 5 x m",
      "over t { G = W * X[:, t]; over u: 2 { start B = 0; B = prev(B) + G * (u + t); } } | B | 4 x 2 x 5 x m",
      "over t { B[i: 4, j: 1] = W[i, t]; A = tanh(B) + 1; } R[i, s] = B[i, 0, s] * A[i, 0, s]; | R | 4 x 3",
      "over t { B[j: 1, i: 4] = W[i, t]; } R[i, s] = B[0, i, s]; | R | 4 x 3",
      "over t { start B = 0; B[i: 4, j: 1] = prev(B)[i, j] + W[i, t]; } R[i, s] = B[i, 0, s]; | R | 4 x 3",
      "over t: 2 { B[i: 4, j: 1] = W[i, 0]; } R[i, s] = B[i, 0, s]; | R | 4 x 2",
      "over t: 1 { over u: 3 { B[i: 4] = W[i, u]; } } R[i, s] = B[i, s, 0]; | R | 4 x 3",
      "over t { L = X[0, word[t]]; } | L | 5 x m"})
  void shapes(String block, String name, String shape) {
    String text = block.contains("word[t]") ? block.replace("X[0, word[t]]", "pad(X)[0, word[t]]") : block;
    Graph graph = Lowering.lower(ModelText.model("model M { " + DATA + text + " output " + name + "; }")).graph();
    Graph.Value value = graph.named(name);
    assertEquals(shape, value.axes().stream().map(graph.node(value.node()).shape()::get).map(Extent::toString).collect(Collectors.joining(" x ")));
  }

  /** The name of a value that is the same at every index is that of all of them, inside of the block and outside. */
  @Test
  void whatDoesNotDependOnTheIndexVariesWithIt() {
    Graph graph = Autodiff.differentiate(Lowering.lower(ModelText.model("model M { " + DATA
        + "over t: 5 { start H = 0; B = V * Z; H = tanh(B + prev(H)); } G = grad(sum(H), B); minimize J = sum(G) + sum(H); }"))).graph();
    Map<String, double[]> leaves = Map.of("X", new double[3 * 5 * 2], "W", new double[12], "V", new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, "Z", new double[] {0, 0, 0, 0, 0, 0});
    // At 0 the derivative of tanh is 1, so the term of step t is part of 5 - t values.
    double[][] gradient = new Interpreter(graph, leaves, Map.of("m", 2)).matrix("G");
    assertArrayEquals(new double[] {5, 5}, gradient[0]);
    assertArrayEquals(new double[] {1, 1}, gradient[4]);
    assertEquals(15, gradient.length);
  }

  /** A shape that grows while a model is typed is found: samples come with a value that reads what is carried. */
  @Test
  void shapesThatDependOnEachOtherAreFound() {
    Graph graph = Lowering.lower(ModelText.model("model M { " + DATA
        + "over t: 5 { start H = 0.5; B[i: 3] = pad(prev(H))[i, word[0]]; H[i: 4, j: 3] = prev(H)[i, j] + pad(B)[j]; } output H; }")).graph();
    assertEquals(List.of("4", "3", "5", "m"), graph.named("H").axes().stream().map(graph.node(graph.named("H").node()).shape()::get).map(Extent::toString).toList());
  }

  /** An error in a definition is reported without its consequences. */
  @Test
  void anErrorInADefinitionIsTheOnlyOne() {
    Diagnostic error = ModelText.error("model M { " + DATA + "over t { start A = 1; A = tanh(Z[0] * prev(A)); B = X[:, t]; } P = A; }");
    assertTrue(error.message().contains("cannot multiply"), error::toString);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "over t { H = prev(H) + X[:, t]; } P = H; | `H` has no value before the first index",
      "over t { H = next(H) + X[:, t]; } P = H; | `H` has no value before the last index",
      "over t { start H = 0; G = prev(H) + X[:, t]; } P = G; | the block does not define it",
      "over t { start H = 0; start H = 1; H = prev(H) + X[:, t]; } P = H; | `H` has two starts",
      "over t { start A = 0; start B = 0; A = prev(A) + X[:, t]; B = next(B) + X[:, t]; } P = B; | not both",
      "over t { start H = 0; H = prev(H) + 1; } P = H; | cannot infer how many values the block's index `t` has",
      "P = prev(X); | `prev` is only allowed in a block",
      "over t { start H = 0; H = prev(H + 1) + X[:, t]; } P = H; | expects the name of a value",
      "over t { start H = X[:, t]; H = prev(H) + X[:, t]; } P = H; | expected a single value as start",
      "over t { start H = Z; H = W * prev(H); A = X[:, t]; } P = H; | `H` is 3 x m at one index and 4 x m at the next",
      "over t { param q[3]; H = q .* X[:, t]; } P = H; | is not allowed in a block",
      "over t { noise u = normal(1); H = X[:, t]; } P = H; | is not allowed in a block",
      "over t { state s = 0; H = X[:, t]; } P = H; | is not allowed in a block",
      "state s = 0; update s = 1; over t { update s = 2; H = X[:, t]; } P = H; | is not allowed in a block",
      "over t { H = batchnorm(X[:, t]); } P = H; | a layer with states or noise cannot be called in a block",
      "over t { start H = 0; H = W * dropout(prev(H), 0.5) + X[:, t]; } P = H; | a layer with states or noise cannot be called in a block",
      "share n = batchnorm(); A = n(V * Z); over t { H = n(X[:, t]); } P = H; | a layer with states or noise cannot be called in a block",
      "over t: 5 { H = X[0:3, t]; } P = Z; | slices have no ends",
      "repeat 2 { H = X[0:3, 1]; } P = Z; | slices have no ends",
      "start H = 0; P = Z; | `start` is only allowed in a block",
      "over t { A = X[:, t]; B = W[t, :]; } P = A; | `t` has 5 values, but this axis has 4",
      "over t { A = X[:, t + 1]; B = X[:, t]; } P = A; | runs from 1 to 5",
      "over t { A = X[:, t]; A = X[:, t]; } P = A; | `A` is defined twice",
      "over k { start A = 0; over t { start B = 0; B = tanh(V * prev(B) + prev(A) + X[:, t]); } A = B[:, end] + W[k, 0]; } P = A; | carried over `t` and `A` over `k`",
      "over t { start H = 0; H[i, j] = 0.5 * prev(H)[i, j]; A = X[:, t]; } P = A; | cannot infer how many values index `i` has",
      "over t { start H = 0; H = concat(prev(H), X[:, t]); } P = H; | `H` is 4 x m at one index and 7 x m at the next",
      "over t { A = X[:, t]; } P = A * A; | cannot multiply"})
  void errorsAreLocated(String statements, String text) {
    Diagnostic error = ModelText.error("model M { " + DATA + statements + " }");
    assertTrue(error.message().contains(text), error::toString);
  }
}
