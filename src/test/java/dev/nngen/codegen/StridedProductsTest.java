package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Lowered;
import dev.nngen.plan.Planner;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of matrices whose entries are any steps apart, in classes large enough for them, against the interpreter. */
@Slow
class StridedProductsTest {

  @ParameterizedTest
  @ValueSource(strings = {
      "input X[24, 5, m]; target Y[3]; H = rnn(X, 40); minimize J = mean(squared(dense(last(H), 3), Y));",
      "input X[20, 4, m]; target Y[3]; H = lstm(X, 33); P = dense(H, 3); minimize J = mean(squared(P[:, end], Y));",
      "size time; input X[24, time, m]; target Y[3]; H = gru(X, 40); minimize J = mean(squared(dense(last(H), 3), Y));",
      "input X[17, 6, 7, m]; target Y[3]; H = conv2d(X, 19, 1) |> tanh; minimize J = mean(squared(dense(globalavgpool(H), 3), Y));",
      "input X[32, 9, m]; target Y[3]; A = attention(X, 2); B[f] = mean[t] A[f, t]; minimize J = mean(squared(dense(B, 3), Y));",
      "samples rows; input X[m, 5, 24]; target Y[m, 3]; H = rnn(X, 40); minimize J = mean(squared(dense(last(H), 3), Y));"})
  void classesAgree(String statements) {
    for (String precision : new String[] {"f64", "f32"}) {
      Lowered model = SampleModelTest.simplified("t.nn", "model T { precision " + precision + "; " + statements + " }").get(0);
      for (KernelSet kernels : new KernelSet[] {new VectorKernels(), new DividedKernels(new VectorKernels())}) {
        JavaText text = JavaEmitter.emit(Planner.plan(model), Agreement.options(kernels));
        assertTrue(text.text().contains("products"), text.text());
        assertTrue(statements.contains("rows") || statements.contains("attention") || text.text().contains("Product(1, "), text.text());
        new Agreement(model, text, Agreement.drawn(model, new Random(3))).check(1, 5, 19, 37);
      }
    }
  }
}
