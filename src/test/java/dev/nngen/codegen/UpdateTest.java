package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of generated optimizers against the interpreter on the optimizer's graph, over several steps and all parameters. */
@Slow
class UpdateTest {

  private static final String MODEL = """
      optimizer normed(rate) { state u = 0; h = norm(1) + norm(w - u); u = w / (1 + norm(w + g)); w = w - rate * g * h / (1 + norm(u)); } optimizer late(rate) { state u = 1, v = 2; w = w - rate * (u + v); u = v + g; v = u - w; }
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
      "nadam", "amsgrad", "lion", "lars", "lamb", "clipnorm(0.01) |> lamb", "normed(0.1)", "late(0.1)", "clipvalue(0.1) |> sgd", "clipnorm(0.01) |> adam", "clipnorm(100) |> momentum", "adam |> lookahead(2)", "clipnorm(0.01) |> lamb |> lookahead(2, 0.25) |> ema(0.5)", "sgd |> ema"})
  void stepsAgreeWithTheInterpreter(String optimizer) {
    checkTraining(MODEL, optimizer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "lamb", "clipnorm(0.01) |> momentum", "late(0.1)"})
  void modelsOfNumbersAlone(String optimizer) {
    String line = "model Line { input X[1]; target Y[1]; param a = 1; param b = 0; P = a * X + b; minimize J = mean(squared(P, Y)); train OPTIMIZER; }";
    checkTraining(MODEL.lines().findFirst().orElseThrow() + "\n" + line, optimizer);
  }

  /** The norm of a single matrix is computed between the steps of its update, which are not a template. */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "lamb", "lars", "clipnorm(0.01) |> lamb", "normed(0.1)"})
  void modelsOfOneMatrix(String optimizer) {
    String line = "model Line { input X[3]; target Y[2]; param W[2, 3]; P = W * X; minimize J = mean(squared(P, Y)); train OPTIMIZER; }";
    checkTraining(MODEL.lines().findFirst().orElseThrow() + "\n" + line, optimizer);
  }

  private static void checkTraining(String text, String optimizer) {
    List<Program<Phase.Simplified>> models = SampleModelTest.simplified("small.nn", text.replace("OPTIMIZER", optimizer));
    assertEquals(1, models.size(), optimizer);
    Steps.agree(models.get(0), new Agreement(models.get(0), 1).generated());
  }
}
