package dev.nngen.codegen;

import dev.nngen.Slow;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models with products for each sample: positions follow the samples in memory where expected, and generated classes agree with the interpreter in
 * all kernel sets, both precisions.
 */
@Slow
class InnerAxesTest {

  static Stream<String> models() {
    return Stream.of(
        "input X[8, 16, m]; H = layernorm(X + attention(X, 1)); P = dense(attention(H, 2), 3); minimize J = mean(P.^2);",
        "input X[16, 18, m]; input Y[16, 20, m]; param W[16, 16]; K = W * X; S[s, t] = sum[i] K[i, s] * Y[i, t] / 4; E = exp(S); A[s, t] = E[s, t] / sum[r] E[r, t];"
            + "Q[i, t] = sum[s] X[i, s] * A[s, t]; O = W * Q; output O; minimize J = mean(O.^2);",
        "input X[18, 16, m]; param W[16, 16]; param U[16, 16]; Q[t, i] = sum[k] X[t, k] * W[k, i]; K[t, i] = sum[k] X[t, k] * U[k, i];"
            + "S[s, t] = sum[i] K[s, i] * Q[t, i] / 8; A = tanh(S); O[t, i] = sum[s] A[s, t] * K[s, i]; minimize J = mean(O.^3);",
        "input word[16] of 7; target next[16] of 7; param place[8, 16] = normal(0.5); H = embedding(word, 8) + place;"
            + "repeat 2 { H = transformer(H, heads = 2, hidden = 6, mix = causalattention); } P = softmax(dense(layernorm(H), 7)); output P; minimize J = mean(crossentropy(P, next));",
        "input X[3, 16, m]; H = conv1d(X, 16, 3, padding = 1) |> tanh; G[i, j] = sum[t] H[i, t] * H[j, t]; minimize J = mean(tanh(G));",
        "input X[3, 16, m]; H = rnn(X, 16); P = attention(H, 2); minimize J = mean(P.^2);",
        "input X[8, 16, m]; param W[16, 16]; H[i, t] = tanh(sum[s] W[t, s] * X[i, s]); P = attention(H, 2); minimize J = mean(P.^2);",
        "samples rows; input X[m, 16, 8]; P = attention(layernorm(X), 2); minimize J = mean(P.^2);");
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatedClassesAgreeWithTheInterpreter(String statements) {
    ModelChecks.classesAgree(statements);
  }
}
