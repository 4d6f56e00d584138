package dev.nngen.codegen;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models against the same models spelled out: all values of equal names agree, gradients too. */
class SpelledOutTest {

  /** One number for each sample has no axis but that of the samples. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "input X[3, m]; param g[3]; L[s] = sum[i] X[i, s] * g[i]; T = sum[s] L[s]^2; | input X[3, m]; param g[3]; T = sum(colsum(X .* g).^2);",
      "input X[4]; param w[4]; L = colsum((w .* X).^2); T = sum[s] L[s] * L[s]; | input X[4]; param w[4]; T = sum(colsum((w .* X).^2).^2);",
      "input X[4]; param w[4]; L = colsum(w .* X.^2); T = sum[r, s] (L[r] - L[s])^2; | input X[4]; param w[4]; L = colsum(w .* X.^2); T = sum((L' - L).^2);",
      "input X[4]; param w[4]; L = colsum(w .* X); u = max[q] L[q]; T = u^2 + sum(L); | input X[4]; param w[4]; L = colsum(w .* X); u = rowmax(L); T = u^2 + sum(L);",
      "input X[4]; target word of 5; P = softmax(dense(X, 5)); T = sum[s] -log(P[word[s], s]); | input X[4]; target word of 5; P = softmax(dense(X, 5)); T = sum(crossentropy(P, word));",
      "input X[4]; target y; param w[4]; P = w' * X; T = sum[s] (P[s] - y[s])^2; | input X[4]; target y; param w[4]; P = w' * X; T = sum((P - y).^2);",
      "samples rows; input X[m, 4]; param w[4]; P = X * w'; T = sum[s] P[s]^2; | samples rows; input X[m, 4]; param w[4]; P = X * w'; T = sum(P.^2);",
      "input X[3, 5, m]; param w[3]; L = colsum(w .* X); T = sum[t, s] L[t, s]^2 * t; | input X[3, 5, m]; param w[3]; L[t] = sum[c] w[c] * X[c, t]; T = sum[t, s] L[t, s]^2 * t;",
      "input X[1]; param w[3, 1]; Z[o] = sum[i] w[o, i] * X[i]; T = sum(Z.^2); | input X[1]; param w[3, 1]; Z = w * X; T = sum(Z.^2);",
      "input X[2, 3, m]; over t { start H = 0; H = 0.5 * prev(H) + X[:, t]; l = colsum(H.^2); } param g; T = sum[t, s] g * l[t, s] * t;"
          + "| input X[2, 3, m]; over t { start H = 0; H = 0.5 * prev(H) + X[:, t]; } param g; T = sum[u, t, s] g * H[u, t, s]^2 * t;"})
  void subscriptsOfSamples(String statements, String spelled) {
    ModelChecks.agree(statements + "minimize J = T / m;", spelled + "minimize J = T / m;");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "H = X; repeat 2 { over t { start S = 0; S = tanh(U * prev(S) + H[:, t]); } H = S + H; }"
          + "| H_0 = X; over t { start S_1 = 0; S_1 = tanh(U * prev(S_1) + H_0[:, t]); } H_1 = S_1 + H_0; over t { start S_2 = 0; S_2 = tanh(U * prev(S_2) + H_1[:, t]); } H_2 = S_2 + H_1; S = S_2; H = H_2;",
      "H = X; repeat 2 { over t { start H = 1; Z = U * prev(H) + H[:, t]; H = tanh(Z); } }"
          + "| H_0 = X; over t { start H_1 = 1; Z_1 = U * prev(H_1) + H_0[:, t]; H_1 = tanh(Z_1); } over t { start H_2 = 1; Z_2 = U * prev(H_2) + H_1[:, t]; H_2 = tanh(Z_2); } H = H_2; Z = Z_2;",
      "H = X; repeat 2 { G = H; repeat 2 { G = tanh(U * G); } H = G + H; }"
          + "| H_0 = X; G_1_0 = H_0; G_1_1 = tanh(U * G_1_0); G_1_2 = tanh(U * G_1_1); G_1 = G_1_2; H_1 = G_1 + H_0;"
          + "G_2_0 = H_1; G_2_1 = tanh(U * G_2_0); G_2_2 = tanh(U * G_2_1); G_2 = G_2_2; H_2 = G_2 + H_1; H = H_2;",
      "H = stacked(X); | over t { start S = 0; S = tanh(U * prev(S) + X[:, t]); } H_1 = S; over t { start R = 0; R = tanh(U * prev(R) + H_1[:, t]); } H = R;"})
  void blocksInRounds(String statements, String spelled) {
    String data = "input X[2, 3, m]; param U[2, 2]; ";
    String layer = statements.contains("stacked") ? "H = stacked(X, U);" : statements;
    ModelChecks.agree(data + layer + " minimize J = mean(H.^2);", data + spelled + " minimize J = mean(H.^2);",
        "layer stacked(X, U) { H = X; repeat 2 { over t { start S = 0; S = tanh(U * prev(S) + H[:, t]); } H = S; } return H; }");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "V[y: 5] = A[floor((y + 1) / 3) + 1]; | V[y: 5] = where(y < 2, A[1], where(y < 5, A[2], A[3]));",
      "V[y: 6] = A[5 - floor(y / 2)]; | V[y: 6] = where(y < 2, A[5], where(y < 4, A[4], A[3]));",
      "V[y: 6] = A[floor(floor(y / 2) / 2) + floor(7 / 2)]; | V[y: 6] = where(y < 4, A[3], A[4]);",
      "V[y: 6] = A[-floor(-y / 3)] + A[2 * y - floor((3 * y) / 2)]; | V[y: 6] = where(y == 0, A[0], where(y < 4, A[1], A[2])) + where(y < 1, A[0], where(y < 3, A[1], where(y < 5, A[2], A[3])));"})
  void quotientsInSubscripts(String statements, String spelled) {
    String data = "input X[6, m]; param a[6]; A = X .* a; ";
    ModelChecks.agree(data + statements + " minimize J = mean(V.^2);", data + spelled + " minimize J = mean(V.^2);");
  }
}
