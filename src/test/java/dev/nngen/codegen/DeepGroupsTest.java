package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups, frozen parameters and several losses of networks that are so deep that one method serves many layers. */
@Slow
class DeepGroupsTest {

  private static final int LAYERS = 40;
  private static final String HALF = IntStream.rangeClosed(1, LAYERS / 2).mapToObj(k -> "W_H_" + k + ", b_H_" + k).collect(Collectors.joining(", "));

  @ParameterizedTest
  @ValueSource(strings = {
      "layer fixed(X) { param A[6, 6] = glorot frozen; param c[6] = 0.1; return tanh(A * X + c); } model N { input X[6]; target Y[6]; H = X; repeat 40 { H = fixed(H); }"
          + " minimize J = mean(squared(H, Y)); train adam(rate = 0.1); }",
      "model N { input X[6]; target Y[6]; H = X; repeat 40 { H = dense(H, 6, tanh); } minimize J = mean(squared(H, Y)); train adam(rate = 0.1) of HALF; train momentum(rate = 0.2); }",
      "model N { input X[6]; target Y[6]; H = X; repeat 40 { H = dense(H, 6, tanh); } K = H; repeat 40 { K = dense(K, 6, tanh); } output H, K;"
          + " minimize A = mean(squared(H, X)) of HALF, SECOND; minimize B = mean(squared(K, Y)); train adam(rate = 0.1); }"})
  void agreeWithTheInterpreter(String text) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("n.nn", text.replace("HALF", HALF)
        .replace("SECOND", IntStream.rangeClosed(LAYERS / 2 + 1, LAYERS).mapToObj(k -> "W_H_" + k + ", b_H_" + k).collect(Collectors.joining(", ")))).get(0);
    Trained ejml = new Trained(model, new EjmlKernels(), 3);
    assertTrue(ejml.text().contains("For {@code k} from"), "one method serves many layers");
    for (Agreement agreement : Agreement.ofAll(model, 3)) {
      agreement.check(5, 1);
      Steps.agree(model, agreement.generated());
    }
    for (KernelSet kernels : KernelSets.ALL) {
      Trained other = new Trained(model, kernels, 3);
      ejml.instance().call("initialize", 3L);
      for (Program.Loss loss : model.losses()) {
        String step = "step" + (model.losses().size() == 1 ? "" : loss.name());
        ejml.step(step, 1);
        other.step(step, 1);
      }
      assertArrayEquals(ejml.parameters(), other.parameters(), 1e-10, kernels.name());
    }
  }
}
