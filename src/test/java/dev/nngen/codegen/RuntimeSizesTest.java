package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.plan.Planner;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes that are known at run time only: classes agree with the interpreter for any of them, and get them from data or from arguments. */
@Slow
class RuntimeSizesTest {

  private static final String TAGGER = "size time; input S[8, time, m]; target Y[3, m];"
      + " H = lstm(S, 4); P = dense(last(H), 3, softmax); minimize J = mean(crossentropy(P, Y)); train sgd(rate = 0.1);";

  @ParameterizedTest
  @ValueSource(strings = {
      TAGGER,
      "size frames; input X[3, frames, m]; target Y[2, frames, m]; H = rnn(X, 4); P = dense(H, 2); minimize J = mean(squared(P, Y)) / frames;",
      "size n; input X[3, n, m]; target Y; param K[2, 3, 3]; Z[o, t: n] = sum[c, i: 3] K[o, c, i] * pad(X)[c, t + i - 1]; H = tanh(Z);"
          + " M[o] = max[t] H[o, t]; minimize J = mean(squared(dense(M, 1), Y));",
      "size n; input X[2, n, m]; target Y[2, n, m]; R[c, t] = X[c, end - t]; G = gru(R, 3); U[c, t: n] = sum[s : s <= t] G[c, s]; P = dense(U, 2);"
          + " minimize J = mean(squared(P, Y));",
      "size n; input X[4, n, m]; target Y; A = attention(X, 2); B[f] = mean[t] A[f, t]; minimize J = mean(squared(dense(B, 1), Y));",
      "size n; input word[n] of 5; target Y; E = embedding(word, 3); H = causalattention(E, 1); minimize J = mean(squared(dense(last(H), 1), Y));",
      "size rows; size cols; input X[rows, cols, m]; target Y; param k = 0.3; T = sum[i, j] tanh(k * X[i, j]) * (i + 1) / cols; minimize J = mean(squared(T, Y));",
      "size n; input X[3, n, m]; input A[n, n]; target Y[3, n, m]; param W[3, 3]; Z = W * X; H[f, t] = sum[s] A[t, s] * tanh(Z)[f, s]; minimize J = mean(squared(H, Y));",
      "size n; input X[3, n, m]; target Y[3, n, m]; over t { start A = 0; start B = 1; B = 0.5 * next(B) + tanh(X[:, t]) .* next(A); A = 0.3 * next(A) + dense(X[:, t], 3); }"
          + " minimize J = mean(squared(A, Y)) + mean(squared(B, Y)) + mean(squared(A[:, 0], B[:, end]));",
      "size n; input X[3, n, m]; target Y; H = dropout(batchnorm(X), 0.3); noise U[shape(X)] = normal(0.1); P = dense(last(rnn(training(H + U, H), 3)), 1); minimize J = mean(squared(P, Y));",
      "samples rows; size n; input X[m, n, 3]; target Y[m, 2]; H = rnn(X, 4); P = dense(last(H), 2); minimize J = mean(squared(P, Y));"})
  void classesAgree(String statements) {
    ModelChecks.classesAgree(statements);
    ModelChecks.gradientsAreSlopes(statements);
  }

  @Test
  void aClassIsAsLongForAnySize() {
    GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(Planner.plan(SampleModelTest.simplified("t.nn", "model T { " + TAGGER + " }").get(0)), Agreement.OPTIONS))
        .create(4, 100);
    net.call("initialize", 1L);
    DMatrixRMaj labels = new DMatrixRMaj(new double[][] {{1, 0}, {0, 1}, {0, 0}});
    for (int time : new int[] {1, 100, 2}) {
      assertTrue(net.<Double>call("step", new DMatrixRMaj(8 * time, 2), labels) > 0);
    }
    assertEquals("time is 101, but must be 1 to 100", message(() -> net.call("step", new DMatrixRMaj(808, 2), labels)));
    assertEquals("S is 17 x 2, but must be 16 x 2", message(() -> net.call("step", new DMatrixRMaj(17, 2), labels)));
    assertEquals(3, net.<double[]>call("predict", new double[24]).length);
  }

  @Test
  void sizesThatNoMatrixTellsAreArgumentsOfEveryCall() {
    Class<?> type = GeneratedClass.compile(JavaEmitter.emit(Planner.plan(SampleModelTest.simplified("t.nn", "model T { size high; size wide; size n; input X[high, wide, m];"
        + " input A[n, 3]; target Y; param k = 0.3; T = sum[i, j] tanh(k * X[i, j]) + sum[a, b] A[a, b]; minimize J = mean(squared(T, Y)); train sgd(rate = 0.1); }").get(0)), Agreement.OPTIONS)).type();
    for (String name : new String[] {"step", "gradients", "loss", "epoch"}) {
      assertEquals("int int DMatrixRMaj DMatrixRMaj DMatrixRMaj" + (name.equals("epoch") ? " int long" : ""),
          Arrays.stream(type.getMethods()).filter(method -> method.getName().equals(name)).findFirst().map(method -> Arrays.stream(method.getParameterTypes())
              .map(Class::getSimpleName).collect(Collectors.joining(" "))).orElseThrow());
    }
    assertEquals(1, Arrays.stream(type.getConstructors()).filter(constructor -> constructor.getParameterCount() == 4).count());
  }

  private static String message(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
