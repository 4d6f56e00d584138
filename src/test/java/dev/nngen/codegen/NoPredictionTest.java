package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models without a prediction have a class with gradients and training, and without {@code predict}. */
class NoPredictionTest {

  @ParameterizedTest
  @ValueSource(strings = {
      "model N { input X[3]; target T[2]; param W[2, 3]; minimize J = sum((W * X - T).^2) / m; train adam(rate = 0.1); }",
      "precision f32; model N { input X[3]; target T[2]; param W[2, 3]; minimize J = sum((W * X - T).^2) / m; train sgd(rate = 0.1); }",
      "samples rows; model N { input X[40]; target T[20]; param V[40, 30]; param W[30, 20]; E = tanh(X * V) * W - T; minimize J = sum(E.^2) / m; }"})
  void itsClassHasGradientsOnly(String text) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("none.nn", text).get(0);
    for (Agreement agreement : Agreement.ofAll(model, 3)) {
      agreement.check(5, 1, 16);
      assertFalse(Arrays.stream(agreement.generated().type().getMethods()).anyMatch(method -> method.getName().equals("predict")));
      assertTrue(agreement.text().text().contains("The model {@code N}: its loss and the loss's gradients."), agreement.text().text());
    }
  }
}
