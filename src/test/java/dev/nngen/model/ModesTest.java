package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code training(A, B)}: the model of training against the one with A spelled out, that of predictions against the one with B. */
class ModesTest {

  private static final String DATA = "fn double(z) = training(2 * z, z); layer keep(X) { A = training(X, 0.5 * X); return A; }"
      + "model M { input X[4]; target Y[4]; param W[4, 4]; ";
  private static final String LOSS = " minimize J = mean(squared(P, Y)); }";

  private static Program<Phase.Lowered> lowered(String statements) {
    return Lowering.lower(ModelText.model(DATA + statements + LOSS));
  }

  /** A value written out down to leaves by name. */
  private static String text(Graph graph, int id) {
    Node node = graph.node(id);
    return node.operands().stream().map(operand -> text(graph, operand.node())).collect(Collectors.joining(", ", node.toString().replaceAll("%[0-9]+", "%") + "(", ")"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "P = training(W * X, X); | P = W * X; | P = X;",
      "P = tanh(training(W, 0.5 * W) * X) + W * X; | P = tanh(W * X) + W * X; | P = tanh((0.5 * W) * X) + W * X;",
      "P = training(1, 2) * W * X; | P = W * X; | P = 2 * W * X;",
      "P = double(W * X); | P = 2 * (W * X); | P = W * X;",
      "H = W * X; P = keep(H); | P = W * X; | P = 0.5 * (W * X);",
      "P = training(training(W, 2 * W) * X, training(3 * W, 4 * W) * X); | P = W * X; | P = (4 * W) * X;",
      "P[i] = sum[j] training(W[i, j], W[j, i]) * X[j]; | P[i] = sum[j] W[i, j] * X[j]; | P[i] = sum[j] W[j, i] * X[j];"})
  void meansWhatItSpellsOut(String statements, String training, String prediction) {
    Program<?> model = lowered(statements);
    assertEquals(text(lowered(training).graph(), lowered(training).graph().named("J").node()), text(model.graph(), model.graph().named("J").node()));
    Program<?> other = lowered(prediction);
    assertEquals(text(other.graph(), other.graph().named("J").node()), text(model.graph(), model.predicted("J").node()));
    assertEquals(text(other.graph(), other.graph().named("P").node()), text(model.graph(), model.predicted("P").node()));
  }

  @Test
  void predictionsMayLackTargetsThatTrainingSees() {
    Program<?> model = lowered("P = training(Y, W * X);");
    assertEquals("P", model.output().orElseThrow());
    assertTrue(lowered("P = W * X;").graph().names().keySet().stream().noneMatch(name -> ValueName.parse(name).is(ValueName.Role.PREDICTED)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "P = training(X, W); | do not fit entry by entry",
      "P = training(X); | `training` is given 1 argument",
      "P = training(X, Y); output P; | depends on a target",
      "param V[4] = training(1, 2); P = X + V; | `training` cannot be called in an initializer"})
  void errorsAreLocated(String statements, String text) {
    Diagnostic error = ModelText.error(DATA + statements + LOSS);
    assertTrue(error.message().contains(text), error::toString);
  }
}
