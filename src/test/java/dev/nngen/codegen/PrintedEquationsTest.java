package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.formula.AxisLetters;
import dev.nngen.formula.Form;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
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
    Program<? extends Phase.Differentiated> model = Autodiff.differentiate(Lowering.lower(ModelText.model(text + " }")));
    Map<String, String> equations = equations(model);
    Program<? extends Phase.Differentiated> back = Autodiff.differentiate(Lowering.lower(ModelText.model(text + String.join("; ", equations.values()) + (equations.isEmpty() ? "" : ";") + " }")));
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

  private static Map<String, String> equations(Program<? extends Phase.Differentiated> model) {
    Graph graph = model.graph();
    FormulaBuilder builder = new FormulaBuilder(graph, ValueNaming.of(graph).lettered(AxisLetters.of(graph, model.axisNames(), Map.of())), Form.INDEX);
    Map<String, String> equations = new LinkedHashMap<>();
    graph.names().forEach((name, value) -> {
      if (ValueNaming.isGradient(name)) {
        builder.equation(value, name, "printed_" + name.substring(name.indexOf("/d") + 2)).ifPresent(equation -> equations.put(name, equation));
      }
    });
    return equations;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dJ/dK: [o: 3, c: 2, i: 2, j: 2] = sum[y: 4, x: 3, s] (grad(J, Z)[o, y, x, s] * X[c, y + i, x + j, s])",
      "dJ/db: [o: 3, u1: 1] = sum[y: 4, x: 3, s] grad(J, Z)[o, y, x, s]",
      "dJ/dX0: [c: 2, y: 5, x: 4, s] = sum[o: 3, i: 2, j: 2] (K[o, c, i, j] * pad(grad(J, Z))[o, y - i, x - j, s])"})
  void ofAConvolutionTheyAreThoseOfTheBook(String expected) {
    Program<? extends Phase.Differentiated> model = Autodiff.differentiate(Lowering.lower(ModelText.model("model T { input Y[2, 5, 4, m]; param w[2]; param K[3, 2, 2, 2]; param b[3]; X0 = tanh(Y .* w);"
        + "Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * X[c, y + i, x + j] + b[o]; minimize J = mean(tanh(Z)); }".replace("X[c,", "X0[c,"))));
    Map<String, String> equations = equations(model);
    String name = expected.substring(0, expected.indexOf(':'));
    String text = expected.substring(expected.indexOf(':') + 2).replace(" X[", " X0[");
    assertTrue(equations.getOrDefault(name, "").endsWith(text), () -> name + " is " + equations.get(name));
  }
}
