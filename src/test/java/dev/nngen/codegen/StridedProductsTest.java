package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of matrices whose entries are any steps apart, in classes large enough for them, against the interpreter. */
@Slow
class StridedProductsTest {

  private static final List<KernelSet> SETS = List.of(new EjmlKernels(), new VectorKernels(), new PlainKernels(), new DividedKernels(new VectorKernels()), new DividedKernels(new PlainKernels()));

  /** A batch has fewer samples than there are in the smallest part of it, so that other parts are empty. */
  @Test
  void emptyParts() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { input P[9, 7, m]; param C[9, 11]; Z[j, o] = sum[i] C[i, o] * P[i, j]; minimize L = mean(tanh(Z).^2); }").get(0);
    Agreement.of(List.of(new DividedKernels(new VectorKernels()), new DividedKernels(new PlainKernels())), model, Agreement.drawn(model, new Random(3))).forEach(agreement -> agreement.checkThreads(2, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "input X[24, 5, m]; target Y[3]; H = rnn(X, 40); minimize J = mean(squared(dense(last(H), 3), Y));",
      "input X[20, 4, m]; target Y[3]; H = lstm(X, 33); P = dense(H, 3); minimize J = mean(squared(P[:, end], Y));",
      "size time; input X[24, time, m]; target Y[3]; H = gru(X, 40); minimize J = mean(squared(dense(last(H), 3), Y));",
      "input X[17, 6, 7, m]; target Y[3]; H = conv2d(X, 19, 1) |> tanh; minimize J = mean(squared(dense(globalavgpool(H), 3), Y));",
      "input X[32, 9, m]; target Y[3]; A = attention(X, 2); B[f] = mean[t] A[f, t]; minimize J = mean(squared(dense(B, 3), Y));",
      "input X[6, 9, 8, m]; target Y[3]; A = conv2d(X, 8, 3, padding = 1) |> tanh; B = conv2d(A, 12, 3, padding = 1) |> tanh; minimize J = mean(squared(dense(globalavgpool(B), 3), Y));",
      "input X[8, 11, 9, m]; target Y[3]; A = conv2d(X, 8, 1) |> tanh; B = conv2d(A, 12, 3, padding = 1, stride = 2) |> tanh; minimize J = mean(squared(dense(globalavgpool(B), 3), Y));",
      "input X[8, 12, 9, m]; target Y[3]; A = conv2d(X, 8, 1) |> tanh; param K[12, 8, 3, 2]; B[o, y: 8, x: 9] = sum[c, i, j] K[o, c, i, j] * pad(A)[c, y + 2*i, x + 3*j - 3]; minimize J = mean(squared(dense(globalavgpool(tanh(B)), 3), Y));",
      "input X[8, 33, m]; target Y[3]; A = conv1d(X, 8, 1) |> tanh; B = conv1d(A, 12, 5, padding = 2) |> tanh; C[f] = mean[t] B[f, t]; minimize J = mean(squared(dense(C, 3), Y));",
      "size time; input X[8, time, m]; target Y[3]; A = conv1d(X, 8, 1) |> tanh; B = conv1d(A, 12, 5, padding = 2) |> tanh; C[f] = mean[t] B[f, t]; minimize J = mean(squared(dense(C, 3), Y));",
      "samples rows; input X[m, 9, 8, 6]; target Y[m, 3]; A = conv2d(X, 8, 3, padding = 1) |> tanh; B = conv2d(A, 12, 3, padding = 1) |> tanh; minimize J = mean(squared(dense(globalavgpool(B), 3), Y));",
      "samples rows; input X[m, 9, 11, 6]; target Y[m, 3]; A = conv2d(X, 8, 1) |> tanh; B = conv2d(A, 12, 3, padding = 1, stride = 2) |> tanh; minimize J = mean(squared(dense(globalavgpool(B), 3), Y));",
      "samples rows; input X[m, 9, 32]; target Y[m, 3]; A = attention(X, 2); B[f] = mean[t] A[t, f]; minimize J = mean(squared(dense(B, 3), Y));",
      "input X[8, 6, m]; target Y[3]; A = conv1d(X, 8, 1) |> tanh; B = conv1d(A, 12, 4, padding = 3, stride = 3) |> tanh; C[f] = mean[t] B[f, t]; minimize J = mean(squared(dense(C, 3), Y));",
      "samples rows; input X[m, 5, 24]; target Y[m, 3]; H = rnn(X, 40); minimize J = mean(squared(dense(last(H), 3), Y));"})
  void classesAgree(String statements) {
    for (String precision : new String[] {"f64", "f32"}) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { precision " + precision + "; " + statements + " }").get(0);
      for (Agreement agreement : Agreement.of(SETS, model, Agreement.drawn(model, new Random(3)))) {
        agreement.check(1, 5, 19);
      }
      assertTrue(JavaEmitter.emit(new VectorKernels().plan(model), Agreement.options(new VectorKernels())).text().matches("(?s).*products\\.(whole\\(\\)\\.)?(row|setProduct|addProduct)\\(.*"), statements);
    }
  }
}
