package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.formula.Form;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Lowered;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Index equations of gradients are text of the language: they parse back, and are the gradients. */
@Slow
class PrintedEquationsTest {

  static Stream<String> models() {
    return Stream.concat(TensorModelsTest.models(), RecurrencesTest.models()).filter(model -> !model.contains("dropout"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theyAreTheGradients(String statements) {
    String text = "model T { " + statements;
    Lowered model = Autodiff.differentiate(Lowering.lower(ModelText.model(text + " }")));
    Map<String, String> equations = equations(model.graph());
    Lowered back = Autodiff.differentiate(Lowering.lower(ModelText.model(text + String.join("; ", equations.values()) + (equations.isEmpty() ? "" : ";") + " }")));
    Map<String, double[]> leaves = ModelChecks.points(model, 3);
    Interpreter values = new Interpreter(back.graph(), leaves, Map.of("m", 3));
    equations.forEach((gradient, equation) -> {
      double[][] expected = values.matrix(gradient);
      double[][] actual = values.matrix("printed_" + gradient.substring(gradient.indexOf("/d") + 2));
      for (int row = 0; row < expected.length; row++) {
        for (int column = 0; column < expected[row].length; column++) {
          assertEquals(expected[row][column], actual[row][column], 1e-9 * Math.max(1, Math.abs(expected[row][column])), equation);
        }
      }
    });
  }

  private static Map<String, String> equations(Graph graph) {
    FormulaBuilder builder = new FormulaBuilder(graph, Naming.of(graph), Form.INDEX);
    Map<String, String> equations = new LinkedHashMap<>();
    graph.names().forEach((name, value) -> {
      if (Naming.isGradient(name)) {
        builder.equation(value, name, "printed_" + name.substring(name.indexOf("/d") + 2)).ifPresent(equation -> equations.put(name, equation));
      }
    });
    return equations;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dJ/dK: [i: 3, j: 2, k: 2, l: 2] = sum[p: 4, q: 3, c] (grad(J, Z)[i, p, q, c] * X[j, k + p, l + q, c])",
      "dJ/db: [i: 3, u1: 1] = sum[j: 4, k: 3, c] grad(J, Z)[i, j, k, c]",
      "dJ/dX0: [i: 2, j: 5, k: 4, c] = sum[l: 3, r: 2, s: 2] (K[l, i, r, s] * pad(grad(J, Z))[l, j - r, k - s, c])"})
  void ofAConvolutionTheyAreThoseOfTheBook(String expected) {
    Lowered model = Autodiff.differentiate(Lowering.lower(ModelText.model("model T { input Y[2, 5, 4, m]; param w[2]; param K[3, 2, 2, 2]; param b[3]; X0 = tanh(Y .* w);"
        + "Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * X[c, y + i, x + j] + b[o]; minimize J = mean(tanh(Z)); }".replace("X[c,", "X0[c,"))));
    Map<String, String> equations = equations(model.graph());
    String name = expected.substring(0, expected.indexOf(':'));
    String text = expected.substring(expected.indexOf(':') + 2).replace(" X[", " X0[");
    assertTrue(equations.getOrDefault(name, "").endsWith(text), () -> name + " is " + equations.get(name));
  }
}
