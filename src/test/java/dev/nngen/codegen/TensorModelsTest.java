package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.lower.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models with index equations: generated classes agree with the interpreter in all kernel sets, both precisions and orientations. */
@Slow
class TensorModelsTest {

  /** Layers that StateTest and DrawnNoiseTest call. */
  private static final List<String> OF_TRAINING = List.of("batchnorm", "dropout");

  static Stream<String> models() {
    return Stream.of(
        "input X[2, 5, 4, m]; target Y[3]; param K[3, 2, 2, 2]; param b[3];"
            + "Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * X[c, y + i, x + j] + b[o]; P[o, y, x] = max[i: 2, j: 1] Z[o, 2*y + i, x + j];"
            + "G[o] = mean[y, x] tanh(P[o, y, x]); minimize J = mean((G - Y).^2);",
        "input X[3, 6, 6, m]; param K[4, 3, 3, 3]; Z[o, y: 6, x: 6] = sum[c, i, j] K[o, c, i, j] * pad(X)[c, y + i - 1, x + j - 1]; A = tanh(Z);"
            + "B[o, y: 3, x: 3] = sum[c, i: 3, j: 3] pad(A)[c, 2*y + i - 1, 2*x + j - 1] * K[o, 0, i, j] * A[o, 0, 0]; minimize J = mean(B.^2);",
        "input A[8, 10, m]; input B[8, 10, m]; param w[8]; C = A .* w; V[d: 5, x: 10] = sum[c] C[c, x] * pad(B)[c, x + d - 2]; minimize L = mean(tanh(V).^2);",
        "input X[4, 9, m]; param k[4, 5, 3]; H = tanh(X); Z[o, t: 19] = sum[c, s: 9, i : 2*s + i == t] k[c, o, i] * H[c, s]; minimize L = mean(tanh(Z).^2);",
        "input T[2, 3, 4, 5, m]; param G[6, 2, 3, 2]; H = T .* 0.5; R[o, z: 3, w: 5] = sum[a, b, c] G[o, a, b, c] * pad(H)[a, b, z + c, w - 1]; minimize L = mean(tanh(R).^3);",
        "input X[3]; target v[1]; H = dense(X, 4, tanh); S[a: m, b: m] = exp(-2 * (sum[k] (H[k, a] - H[k, b])^2)); R[a] = (sum[b: m : b != a] S[a, b] * v[0, b]) / (sum[c: m] S[a, c]);"
            + " minimize J = (sum[a: m] (R[a] - v[0, a])^2) / m; output H;",
        "input X[5]; param W[3, 5]; Z[i] = sum[j] W[i, j] * X[j]; A[i] = Z[i] * Z[2 - i]; U[t: 3] = sum[s : s <= t] A[s];"
            + "D[i: 3] = W[i, i]; V[i, j] = U[i] * where(i < j, 1, 2) * D[j]; minimize J = mean(V.^2);",
        "input X[4, 6, m]; param W[3, 4]; param b[3]; H = tanh(W * X + b); S = colsum(H); P = H ./ (1 + S.^2); R = P' * H; minimize J = mean(R);",
        "input H[6]; param a[6]; A[i: 3] = H[i] * a[i]; B[i: 3] = H[i + 3] * a[2*i]; C[i: 6] = where(i < 3, pad(A)[i], pad(B)[i - 3]);"
            + "R[t] = C[end - t] + sin(t / 2) * a[t]; minimize J = mean(R.^2);",
        "input X[2, 4, m]; param w[2]; Y[c, y: 8] = X[c, floor(y / 2)] * w[c]; F[k: 3] = Y[floor(k / 2), 2 * k + 1]; minimize J = mean(Y.^3);",
        "input X[3, 4, m]; param W[5, 12]; F[k: 12] = sum[i: 3, j: 4 : k == 4*i + j] X[i, j]; Z = W * F; minimize J = mean(sqrt(1 + Z.^2));",
        "input X[2, 3, m]; param g[2]; M[c] = sum[y, s] X[c, y, s] / (3 * m); D[c, y] = X[c, y] - M[c]; v[c] = mean[y, s] D[c, y, s]^2;"
            + "N[c, y] = g[c] * D[c, y] / sqrt(v[c] + 1e-3); minimize J = mean(N.^4);",
        "input Picture[3, 2, 4, m]; param V[2, 3]; Mixed = V * Picture; minimize J = mean(Mixed.^2);",
        "samples rows; input X[m, 5, 4, 2]; param W[2, 3]; Z = tanh(X * W); Q[o] = max[y, x] Z[y, x, o]; minimize J = mean(Q.^2);",
        "input X[2, 8, 8, m]; A = conv2d(X, 3, 3, padding = 1) |> tanh; C = groupnorm(maxpool2d(A, 2), 3); D = depthwise2d(C, 3, stride = 2, padding = 1);"
            + "E = flatten(D) |> dense(4, tanh); G = globalavgpool(avgpool2d(A, 2)); P = softmax(dense(E, 3) + dense(G, 3)); minimize J = -mean(log(P));",
        "input X[4, 5, m]; H = transformer(X, heads = 2, hidden = 3, mix = causalattention); R = attention(rmsnorm(conv1d(H, 4, 3, padding = 1)), 2);"
            + "minimize J = mean(layernorm(R).^3);",
        "input X[4]; param w[3]; Z[a: 1] = X[0]; P[a, i: 3] = w[a] * pad(Z)[a - i] * pad(Z)[2 - i - a] + pad(X)[3 - i - a]; minimize J = mean(P.^3);",
        "input X[2, 4, 3, m]; param K[4, 2] = normal(1); Z0[a: 4, b: 1] = mean[i: 2, j: 3, k: 3] tanh(pad(X, -3)[k, 3*k + 2*j + 1, 3*b + i + 1]) / (2 + pad(K, -3)[2*i + j + 1, b]^2) * pad(K)[j, 2*a + 2*j - 1];"
            + "Z1[a: 4] = sum[i: 2 : i == a] tanh(pad(Z0, 0.5)[a, a]); minimize J = mean(Z1.^2);",
        "input X[4]; param K[5, 4]; P[a: 3] = sum[i] X[i] * K[0, 1] * K[a, i] / (1 + K[1, 2]^2); minimize J = mean(P.^3);",
        "samples rows; input word[1, 4] of 6; param k[6]; P[y: 3] = sum[j: 1 : j + y < 4] pad(k)[3*y + 2] * k[word[j, 0]]; minimize J = mean(P.^3);",
        "input X[4]; param w[3]; P[y: 2] = sum[i: 2, k: 4] pad(w)[floor(k / 2)] * k + X[y]; minimize J = mean(P.^3);",
        "input Img[1, 6, 2, m]; param q[3]; V[u: 2, r: 4] = sum[n: 3] pad(Img, 2)[floor(u / 2), r + n - 1, 1] * q[n]; W[a: 2, r] = pad(exp(V))[a - 1, 2*r - 3] + V[a, r];"
            + "minimize J = mean(W.^2);",
        "samples rows; input X[m, 12, 19, 1]; A = conv2d(X, 2, 3, padding = 1) |> relu; P = dense(flatten(maxpool2d(A, 2)), 2, tanh); minimize J = mean(P.^2);",
        "input S[9]; param F[3]; C[p] = sum[d] F[d] * S[3*p + d]; E[p: 3] = tanh(C[p]) * F[2 - p]; G = grad(sum(E), F); minimize J = sum(G.^2) + mean(E);",
        "samples rows; input Y[m, 7, 2]; target T[m, 3, 2]; A = conv1d(Y, 2, 3, stride = 2); L[k: 2, j] = min[i: 2] (A[k + i, j] - i * T[k, j]); minimize loss = mean(L.^2);",
        "input word[4] of 6; input tag of 6; input X[2, 4, m]; C = concat(embedding(word, 3), X); S = slice(C, 1, 3) .* exp(slice(C, 2, 3));"
            + "P = softmax(dense(last(S) + dense(onehot(tag), 3), 4)); minimize J = mean(log(P)) + mean(S.^2);",
        "samples rows; input word[3, 2] of 5; param k[5] = 0.5; F = flatten(embedding(word, 2)); minimize J = mean(dense(F, 2, tanh).^2) + sum(k.^2);",
        "input X[2, 3, m]; target word[3] of 5; P = softmax(dense(X, 5)); minimize J = mean(crossentropy(P, word)) + mean(focal(P, word, 1.5));",
        "input X[4, 3, m]; target tag of 5; target word[3] of 5; P = softmax(dense(X, 5)); T[s] = -log(P[word[s], s]); Q[s] = P[tag, s]; minimize J = mean(T) + mean(Q.^2);",
        "samples rows; input X[4]; target word of 6; P = softmax(dense(X, 6)); minimize J = mean(kldivergence(P, word)) + mean(squared(P, word));",
        "input word[4] of 6; param E[3, 6]; H[u, t] = E[u, word[t]]; S[u] = sum[t : t <= u] H[u, t] * word[t]; minimize J = mean(tanh(S));",
        "input word[4] of 70; input tag of 80; E = embedding(word, 5); param F[80, 2] = normal(1); M[u] = mean[t] E[u, t]; G[u] = F[tag, u]; minimize J = mean(dense(concat(M, G), 3, tanh));",
        "samples rows; input word[4] of 70; E = embedding(word, 5); M[u] = mean[t] tanh(E[t, u]); minimize J = mean(dense(M, 3, tanh));",
        "input word[4] of 70; T = embedding(word, 10); M[u] = mean[t] T[u, t]; minimize J = mean(dense(M, 3, tanh));",
        "input a[4] of 70; input b[4] of 66; input X[3]; param T[70, 66] = normal(1); param w[70] = normal(1); param q[4, 3]; S[t] = T[a[t], b[t]] * w[a[t]]^2; N[i: 70] = sum[t] (i == a[t]);"
            + "Z[t] = sum[k] q[t, k] * X[k] * T[a[t], k + 2]; R[i] = N[i] * w[i]; minimize J = mean(S.^2) + mean(tanh(Z)) + mean(R.^2);",
        "input a[4] of 70; input Y[4]; param w[70] = normal(1); N[i: 70] = sum[t] (i == Y[t]); R[i] = (N[i] + 1) * w[i]; V[t] = sum[p: 70] w[p] * (p == Y[t]); minimize J = mean(R.^2) + mean(V.^3);",
        "input a[4] of 70; param w[70, 3] = normal(1); param V[3, 3] = normal(1); U[t, u] = sum[p: 70, k] w[p, k] * V[k, u] * (p == a[t]); minimize J = mean(tanh(U));",
        "input Photo[1, 5, 6, m]; param q[3]; S[y, x] = sum[i, j] [1, 2, 1; 2, 4, 2; 1/3, -2.5, 1e-1][i, j] * Photo[0, y + i, x + j]; R[y, x] = S[y, x] * q[y];"
            + "T = [0.5, 1, -1; 2, 0, 3] * R[:, 1] + [0.1; 0.5]; minimize J = mean(R.^2) + mean(T.^3);",
        "samples rows; input X[m, 4, 3]; param v[2]; Mix = [1, 0.5; -2, 3; 0, 1]; Z = X * Mix + [0.25, 4]; P[t, o] = Z[t, o] * v[o] * [7; 8; 9; 10][end - t]; minimize J = mean(P.^2);",
        "input Q[3, 4, m]; param W[3, 3]; K = W * Q; S[s, t] = sum[i] K[i, s] * Q[i, t] / sqrt(3); E[s, t] = where(s <= t, exp(S[s, t] - max[r : r <= t] S[r, t]), 0);"
            + "A[s, t] = E[s, t] / sum[r] E[r, t]; O[i, t] = sum[s] Q[i, s] * A[s, t]; minimize J = mean(O.^2);");
  }

  @Test
  void everyLayerOfTensorsIsCalled() throws IOException {
    try (InputStream in = Program.class.getResourceAsStream("/dev/nngen/library/tensors.nn")) {
      String library = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String called = models().collect(Collectors.joining());
      assertEquals(List.of(), Pattern.compile("(?m)^layer (\\w+)").matcher(library).results().map(found -> found.group(1))
          .filter(name -> !OF_TRAINING.contains(name) && !called.contains(name + "(") && !called.contains("= " + name + ")")).toList());
    }
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

  /** Names of indices affect neither the order of loops nor that of factors. */
  @Test
  void namesOfIndicesDoNotMatter() {
    String text = "model T { input X[2, 7, 6, m]; param K[3, 2, 2, 3]; Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * X[c, y + i, 2*j + x]; "
        + "B[o, y: 3, x] = max[i: 2] Z[o, 2*y + i, x] + y; minimize J = mean(B.^2); }";
    String renamed = text.replaceAll("\\bo\\b", "b1").replaceAll("\\by\\b", "zz").replaceAll("\\bx\\b", "a").replaceAll("\\bc\\b", "q9").replaceAll("\\bj\\b", "f");
    assertEquals(emitted(text), emitted(renamed));
  }

  private static String emitted(String text) {
    return JavaEmitter.emit(new PlainKernels().plan(SampleModelTest.simplified("t.nn", text).get(0)), Agreement.options(new PlainKernels())).text();
  }
}
