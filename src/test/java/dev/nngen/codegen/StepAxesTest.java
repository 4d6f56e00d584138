package dev.nngen.codegen;

import dev.nngen.Slow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares classes of all kernel sets with the interpreter, for recurrences whose steps come first in memory and values with another layout. */
@Slow
class StepAxesTest {

  @ParameterizedTest
  @ValueSource(strings = {
      "input X[16, 9, m]; target Y[16, 9, m]; A = lstm(X, 16); B = gru(A, 16); P = dense(B, 16); output P; minimize J = mean(squared(P, Y));",
      "size time; input X[16, time, m]; A = rnn(X, 16); P = dense(last(A), 3); minimize J = mean(P.^2);",
      "input X[16, 9, m]; param W[16, 16]; over t { start H = 0; H = tanh(W * next(H) + X[:, t]); } F = rnn(X, 16); P = dense(concat(F, H), 5); output P, H; minimize J = mean(P.^2);",
      "input X[16, 20, m]; A = rnn(X, 16); S[s, t] = sum[i] A[i, s] * A[i, t] / 16; P[i, t] = sum[s] A[i, s] * tanh(S[s, t]); minimize J = mean(P.^2);",
      "input X[6, 7, 8, m]; param W[6, 6]; over y { start H = 0; H[c, x] = tanh(sum[k] W[c, k] * prev(H)[k, x] + X[c, y, x]); } Q[x] = sum[c, y] H[c, y, x]^2; minimize J = mean(Q.^2);",
      "samples rows; input X[m, 9, 16]; target Y[m, 16]; A = gru(lstm(X, 16), 16); P = dense(last(A), 16); minimize J = mean(squared(P, Y));",
      "samples rows; input X[m, 12, 16]; A = causalattention(rnn(X, 16), 2); P = lstm(A, 16); output P; minimize J = mean(P.^2);"})
  void classesAgree(String statements) {
    ModelChecks.classesAgree(statements);
  }
}
