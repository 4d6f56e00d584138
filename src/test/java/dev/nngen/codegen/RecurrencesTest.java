package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.plan.Planner;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrences: generated classes agree with the interpreter, gradients agree with central differences, and both with the unrolled block. */
@Slow
class RecurrencesTest {

  static Stream<String> models() {
    return Stream.of(
        "input X[3, 5, m]; target Y[2]; param V[4, 3]; param U[4, 4]; param b[4]; over t { start H = 0; Z = V * X[:, t] + U * prev(H) + b; H = tanh(Z); }"
            + "P = dense(H[:, end], 2); minimize J = mean(halfsquared(P, Y));",
        "input X[3, 6, m]; H = lstm(X, 4); G = gru(H, 3); minimize J = mean(H.^2) + mean(G.^3);",
        "input X[2, 5, m]; target Y[3, 5, m]; P = dense(bidirectional(X, 2, rnn), 3); minimize J = mean(halfsquared(P, Y));",
        "input X[2, 4, m]; param h0[3]; param U[3, 3]; param V[3, 2]; over t { start S = h0; S = tanh(U * prev(S) + V * X[:, t]); D = sigmoid(S) .* S; }"
            + "over t { start B = h0; B = tanh(0.5 * next(B) + D[:, t]); } minimize J = mean(B.^2) + mean(S);",
        "samples rows; input X[m, 5, 3]; param V[3, 4]; param U[4, 4]; param b[4]; over k { start State = 0; State = tanh(X[k, :] * V + prev(State) * U + b) + 0.1 * k;"
            + "Q[u] = sum[v] U[u, v] * State[v] * X[k, 0]; } P = State[end, :]; minimize J = mean(P.^2) + mean(Q);",
        "samples rows; input X[m, 4, 3]; P = gru(lstm(X, 3), 2); minimize J = mean(P.^2);",
        "input X[4, 6, m]; param a[2, 4]; over h: 2 { over t { start V = 0; V = 0.5 * prev(V) + X[:, t] .* (a[h, 0] + h); } A = V[:, end] * 2; }"
            + "minimize J = mean(A.^2);",
        "input X[2, 3, 4, m]; param W[2, 2]; over k { A = softmax(W * X[:, :, k]); B[i] = sum[s] A[i, s] * X[1, s, k]; } minimize J = mean(B.^2);",
        "input X[3, 1, m]; param U[3, 3]; over t { start H = 1; H = U * prev(H) + X[:, t]; } P = H[:, 0]; minimize J = mean(P.^2);",
        "input word[5] of 6; param E[3, 6]; param U[3, 3]; over s { start H = 0; H = tanh(E[:, word[s]] + U * prev(H)); L = log(1 + exp(colsum(H))); } minimize J = mean(L);",
        "input S[3, 4, m]; param T[3, 3]; over t { start A = 0; M[j] = max[i] (prev(A)[i] + T[i, j]);"
            + "A[j] = M[j] + log(sum[i] exp(prev(A)[i] + T[i, j] - M[j])) + S[j, t]; } Z = log(colsum(exp(A[:, end]))); minimize J = mean(Z);",
        "input x0[2]; param A[2, 2]; param q[2]; over t: 6 { start Q = x0; K = A * prev(Q); Q = prev(Q) + 0.1 * (K + 0.1 * (A * K)) .* q; } P = Q[:, end]; minimize J = mean(P.^2);",
        "input X[3, 5, m]; B = batchnorm(X); H = lstm(dropout(B, 0.2), 3); P = last(H); minimize J = mean(P.^2) + mean(H.^3);",
        "input X[3, 5, m]; param w[3]; over t { start A = 0; A = 0.5 * prev(A) + w .* X[:, t]; }"
            + "over t { start B = 0; start C = 0; B = 0.5 * prev(B) + prev(C); C = tanh(prev(B)) + A[:, t]; } minimize J = mean(B.^2);",
        "input X[2, 5, m]; over t { start H = 0; start n = 0; n = prev(n) + 1; H = prev(H) + (X[:, t] - prev(H)) / n; } param w[2]; minimize J = mean((w .* H).^2);");
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatedClassesAgreeWithTheInterpreter(String statements) {
    ModelChecks.classesAgree(statements);
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreSlopes(String statements) {
    ModelChecks.gradientsAreSlopesThatCount(statements);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "over t { start H = 0; H = tanh(U * prev(H) + V * X[:, t]); } P = H[:, end] + H[:, 0];"
          + "| A = tanh(V * X[:, 0]); B = tanh(U * A + V * X[:, 1]); C = tanh(U * B + V * X[:, 2]); P = C + A;",
      "over k { start H = X[:, 1]; H = tanh(U * next(H) + k * (V * X[:, k])); } P = H[:, 0];"
          + "| A = tanh(U * X[:, 1] + 2 * (V * X[:, 2])); B = tanh(U * A + V * X[:, 1]); P = tanh(U * B);",
      "over t { start A = 0; start B = 1; A = prev(A) + prev(B) .* X[:, t]; B = prev(B) .* A; } P = B[:, end];"
          + "| A1 = X[:, 0]; A2 = A1 + A1 .* X[:, 1]; B2 = A1 .* A2; A3 = A2 + B2 .* X[:, 2]; P = U * 0 * X[:, 0] + V * 0 * X[:, 0] + B2 .* A3;",
      "over t { start N = 0; N = grad(sum((U * X[:, 0]).^2) / 2, U) * X[:, t] + 0.5 * prev(N); } P = N[:, end] + V * X[:, 1];"
          + "| G = grad(sum((U * X[:, 0]).^2) / 2, U); P = 0.25 * (G * X[:, 0]) + 0.5 * (G * X[:, 1]) + G * X[:, 2] + V * X[:, 1];"})
  void meansWhatItSpellsOut(String block, String spelled) {
    String data = "input X[2, 3, m]; param U[2, 2]; param V[2, 2]; ";
    Program<? extends Phase.Differentiated> one = Autodiff.differentiate(Lowering.lower(ModelText.model("model T { " + data + block + " minimize J = mean(P.^2); }")));
    Program<? extends Phase.Differentiated> other = Autodiff.differentiate(Lowering.lower(ModelText.model("model T { " + data + spelled + " minimize J = mean(P.^2); }")));
    Map<String, double[]> leaves = Agreement.drawn(one, new Random(3)).apply(4);
    Interpreter first = new Interpreter(one.graph(), leaves, Map.of("m", 4));
    Interpreter second = new Interpreter(other.graph(), leaves, Map.of("m", 4));
    for (String name : List.of("J", "P", "dJ/dU", "dJ/dV")) {
      double[][] expected = second.matrix(name);
      double[][] actual = first.matrix(name);
      for (int row = 0; row < expected.length; row++) {
        for (int column = 0; column < expected[row].length; column++) {
          assertEquals(expected[row][column], actual[row][column], 1e-12 * Math.max(1, Math.abs(expected[row][column])), name);
        }
      }
    }
  }

  /** The size of the class does not depend on the length of the sequence, except that long ones are worth several threads. */
  @ParameterizedTest
  @CsvSource({"rnn", "lstm", "gru"})
  void lengthDoesNotCount(String layer) {
    assertEquals(emitted(layer, 7).lines().count(), emitted(layer, 12).lines().count());
    assertEquals(emitted(layer, 20_000).lines().count(), emitted(layer, 80_000).lines().count());
  }

  private static String emitted(String layer, int length) {
    return JavaEmitter.emit(Planner.plan(SampleModelTest.simplified("t.nn", "model T { input X[2, " + length + ", m]; H = " + layer + "(X, 3); minimize J = mean(H.^2); }").get(0)),
        Agreement.options(new PlainKernels())).text();
  }
}
