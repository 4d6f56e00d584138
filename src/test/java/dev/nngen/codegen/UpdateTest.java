package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowered;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of generated optimisers against the interpreter on the optimiser's graph, over several steps and all parameters. */
class UpdateTest {

  private static final String MODEL = """
      optimizer late(rate) { state u = 1, v = 2; w = w - rate * (u + v); u = v + g; v = u - w; }
      model Small {
        input X[3]; target Y[2];
        param s = 1;
        H = dense(X, 4) |> tanh;
        P = s * dense(H, 2);
        minimize J = mean(squared(P, Y));
        train OPTIMIZER;
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "heavyball", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adaminside", "adamw",
      "nadam", "amsgrad", "lion", "late(0.1)", "clipvalue(0.1) |> sgd", "clipnorm(0.01) |> adam", "clipnorm(100) |> momentum"})
  void stepsAgreeWithTheInterpreter(String optimizer) {
    checkTraining(MODEL, optimizer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "clipnorm(0.01) |> momentum", "late(0.1)"})
  void modelsOfNumbersAlone(String optimizer) {
    String line = "model Line { input X[1]; target Y[1]; param a = 1; param b = 0; P = a * X + b; minimize J = mean(squared(P, Y)); train OPTIMIZER; }";
    checkTraining(MODEL.lines().findFirst().orElseThrow() + "\n" + line, optimizer);
  }

  private static void checkTraining(String text, String optimizer) {
    List<Lowered> models = SampleModelTest.simplified("small.nn", text.replace("OPTIMIZER", optimizer));
    assertEquals(1, models.size(), optimizer);
    check(models.get(0), new Agreement(models.get(0), 1));
  }

  private static void check(Lowered model, Agreement agreement) {
    GeneratedClass.Instance instance = agreement.generated().create(1);
    instance.call("initialize", 3L);
    Lowered.Update update = model.update().orElseThrow();
    int count = model.parameters().stream().mapToInt(p -> p.rows() * p.columns()).sum();
    Map<String, double[]> values = new HashMap<>();
    double[] parameters = new double[count];
    instance.call("getParameters", parameters, 0);
    int at = 0;
    for (Lowered.Parameter parameter : model.parameters()) {
      int n = parameter.rows() * parameter.columns();
      values.put(parameter.name(), java.util.Arrays.copyOfRange(parameters, at, at + n));
      at += n;
    }
    for (Lowered.State state : update.states()) {
      values.put(state.name(), new double[values.get(state.parameter()).length]);
      java.util.Arrays.fill(values.get(state.name()), state.initial());
    }
    for (int step = 1; step <= 4; step++) {
      double[] gradients = EntryPointTest.random(1, count, step).data;
      instance.call("applyGradients", gradients, 0);
      advance(model, update, values, gradients, step);
      instance.call("getParameters", parameters, 0);
      at = 0;
      for (Lowered.Parameter parameter : model.parameters()) {
        int n = parameter.rows() * parameter.columns();
        int begin = at;
        assertArrayEquals(values.get(parameter.name()), java.util.Arrays.copyOfRange(parameters, at, at + n), 1e-12,
            () -> parameter.name() + " from " + begin + "\n" + agreement.text().text());
        at += n;
      }
    }
  }

  /** One step by the interpreter; all matrices lie row by row, as the tensors of parameters do in models of columns. */
  private static void advance(Lowered model, Lowered.Update update, Map<String, double[]> values, double[] gradients, int step) {
    Map<String, double[]> leaves = new HashMap<>(values);
    int at = 0;
    for (Lowered.Parameter parameter : model.parameters()) {
      int n = parameter.rows() * parameter.columns();
      leaves.put(Lowered.gradientName(model.loss().orElseThrow(), parameter.name()), java.util.Arrays.copyOfRange(gradients, at, at + n));
      at += n;
    }
    Graph graph = update.graph();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.role() == Node.Role.STEP) {
        leaves.put(leaf.name(), new double[] {step});
      }
    }
    Interpreter interpreter = new Interpreter(graph, leaves, Map.of("m", 1));
    values.replaceAll((name, old) -> interpreter.value("next " + name));
  }
}
