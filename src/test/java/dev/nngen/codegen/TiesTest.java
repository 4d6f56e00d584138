package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** If several entries are the largest, the gradient of a maximum over indices goes to the first in the written order of the indices. */
class TiesTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "param w[5]; U = max[i] w[i]; | 1 4 2 4 4 | 0 1 0 0 0",
      "param w[5]; U = min[i] w[i]; | 1 4 1 4 1 | 1 0 0 0 0",
      "param w[3, 2]; U = max[i, j] w[i, j]; | 5 7 7 1 7 7 | 0 1 0 0 0 0",
      "param w[3, 2]; U = max[j, i] w[i, j]; | 5 7 7 1 7 7 | 0 0 1 0 0 0",
      "param w[5]; U = sum[t: 5] max[s : s >= t - 1 && s <= t] w[s]; | 2 2 2 1 1 | 2 1 1 1 0",
      "param w[6]; A[c: 1, y: 2, x: 3] = w[3*y + x]; B = maxpool2d(A, 2, stride = 1); U = sum(B); | 3 3 3 3 3 3 | 1 1 0 0 0 0",
      "param w[4]; U = colmax(w); | 1 2 2 2 | 0 0.3333333333333333 0.3333333333333333 0.3333333333333333"})
  void theFirstTakesAll(String statements, String entries, String gradient) {
    String text = "model T { input X; " + statements + " minimize J = mean(U * X); }";
    double[] w = numbers(entries);
    Program<Phase.Differentiated> differentiated = Autodiff.differentiate(Lowering.lower(ModelText.model(text)));
    double[] actual = new Interpreter(differentiated.graph(), Map.of("X", new double[] {1, 1, 1}, "w", w), Map.of("m", 3)).value("dJ/dw");
    assertArrayEquals(numbers(gradient), actual, 1e-15);
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", text).get(0);
    for (KernelSet kernels : KernelSets.ALL) {
      new Agreement(model, JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels)), m -> {
        Map<String, double[]> leaves = Agreement.drawn(model, new Random(m)).apply(m);
        leaves.put("w", w.clone());
        return leaves;
      }).check(3);
    }
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
