package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names of what layers own, which are a contract: Java and files carry them. */
class NamingTest {

  private static List<String> names(String layers, String statements) {
    return ModelText.model(layers + "\nmodel N { input X[4]; " + statements
        + " }").names().stream().map(Model.Named::name).toList();
  }

  private static List<String> parameters(String layers, String statements) {
    return ModelText.model(layers + "\nmodel N { input X[4]; " + statements + " }").parameters().stream()
        .map(Model.Parameter::name).toList();
  }

  private static final String DENSE = """
      layer dense(X, units) { param W[units, rows(X)]; param b[units]; Z = W * X + b; return Z; }
      layer normal(Z) { E = exp(Z); return E ./ colsum(E); }
      """;

  @Test
  void aSingleCallTakesTheDefinitionsName() {
    assertEquals(List.of("X", "W_H", "b_H", "Z_H", "H", "W_P", "b_P", "Z_P", "E_P", "P"),
        names(DENSE, "H = dense(X, 3); P = dense(H, 2) |> normal;"));
  }

  @Test
  void severalCallsAreNumberedInTheOrderOfEvaluation() {
    assertEquals(List.of("X", "W_P_1", "b_P_1", "Z_P_1", "W_P_2", "b_P_2", "Z_P_2", "W_P_3", "b_P_3", "Z_P_3", "P"),
        names(DENSE, "P = dense(dense(X, 3), 2) + dense(X, 2);"));
    assertEquals(List.of("W_P_1", "b_P_1", "W_P_2", "b_P_2"), parameters(DENSE, "P = X |> dense(3) |> dense(2);"));
  }

  @Test
  void callsWithoutParametersAreNotCountedAndNumberedOnlyWhereTheyClash() {
    assertEquals(List.of("X", "E_P_1", "W_P", "b_P", "Z_P", "E_P_2", "P"),
        names(DENSE, "P = normal(dense(normal(X), 2));"));
    assertEquals(List.of("X", "W_P", "b_P", "Z_P", "Z_P_2", "P"),
        names(DENSE + "layer half(X) { Z = X / 2; return Z; }", "P = half(dense(X, 2));"));
  }

  @Test
  void layersInLayersAddTheirCallersNames() {
    String block = DENSE + "layer block(X, n) { H = dense(X, n); return dense(H, n); }";
    assertEquals(List.of("W_H_P", "b_H_P", "W_P", "b_P"), parameters(block, "P = block(X, 2);"));
    assertEquals(List.of("W_H_P_1", "b_H_P_1", "W_P_1", "b_P_1", "W_H_P_2", "b_H_P_2", "W_P_2", "b_P_2"),
        parameters(block, "P = block(block(X, 2), 2);"));
  }

  @Test
  void aLayersOwnParameterAndThatOfACallInItsReturnAreToldApart() {
    assertEquals(List.of("W_P", "W_P_2", "b_P_2"),
        parameters(DENSE + "layer both(X) { param W[4, 4]; return dense(W * X, 2); }", "P = both(X);"));
  }

  @Test
  void namesOfEarlierNumbersAreNotTakenAgain() {
    assertEquals(List.of("W_P_1", "b_P_1", "W_P_2", "b_P_2", "W_P_1_2", "b_P_1_2"),
        parameters(DENSE, "P = dense(dense(X, 3), 2); P_1 = dense(X, 2);"));
  }

  @Test
  void localsCanBeNamedInTheModel() {
    assertEquals(List.of("X", "W_H", "b_H", "Z_H", "H", "V"), names(DENSE, "H = dense(X, 4); V = W_H' * Z_H;"));
  }

  @Test
  void aClashWithANameOfTheTextIsAnError() {
    assertTrue(ModelText.diagnostics(DENSE + "model N { input X[4]; H = dense(X, 2); b_H = 3; }").contains("`b_H` is taken"));
  }

  @Test
  void lossesAreSummedUp() {
    Model two = ModelText.model("model N { input X[4]; P = dense(X, 1); minimize A = mean(P); minimize B = l2(0.1); }");
    assertEquals("loss", two.losses().get(0).name());
    assertEquals("loss", two.names().get(two.names().size() - 1).name());
    assertEquals("A", ModelText.model("model N { input X[4]; P = dense(X, 1); minimize A = mean(P); }").losses().get(0).name());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      // Statistics of the batch are allowed in a prediction, and a hidden layer is never selected as prediction.
      "input X[4]; target Y[2]; H = dense(X, 3); mu = rowsum(H) / m; P = dense(H - mu, 2); minimize J = mean(squared(P, Y)); # P",
      "input X[4]; target Y[2]; A = dense(X, 3); v = rowsum(A.^2) / m; Q = dense(A ./ sqrt(v + 1e-5), 2) |> softmax; minimize L = mean(crossentropy(Q, Y)); # Q",
      // Of a set, that is of a whole batch.
      "input X[4]; target Y[2, 1]; H = dense(X, 3); param W[2, 3]; P = W * (rowsum(H) / m); minimize J = sum((P - Y).^2); # P",
      "input X[4]; target Y[1, 1]; H = dense(X, 3) |> tanh; P = sum(H) / m; minimize J = (P - Y)^2; # P",
      // Terms of the loss and statistics are not predictions.
      "input X[4]; target Y[2]; H = dense(X, 3); P = dense(H, 2); S = 0.1 * sum(H.^2) / m; minimize J = mean(squared(P, Y)) + 3 * S; # P",
      "input A[4, 4]; target B[4, 1]; param w[4, 1]; P = A * w; S = sum(P.^2); minimize J = sum((P - B).^2) + 0.5 * S; # P",
      "input X[4]; target Y[2]; P = dense(X, 2); top = sum(P) / m; minimize J = mean(squared(P, Y)); # P",
      // No value depends only on inputs.
      "input X[4]; target T[2]; param W[2, 4]; minimize J = sum((W * X - T).^2); #",
      "input X[4]; target T[2]; param W[2, 4]; E = W * X - T; minimize J = sum(E.^2) / m; #"})
  void predictsWhatDependsOnNoTarget(String statements, String output) {
    assertEquals("", ModelText.diagnostics("model N { " + statements + " }"));
    assertEquals(Optional.ofNullable(output).stream().toList(), ModelText.model("model N { " + statements + " }").outputs());
  }

  @Test
  void theOutputIsTheLastValueMadeOfInputs() {
    String head = "model N { input X[4]; target Y[2]; P = dense(X, 2); ";
    assertEquals("P", ModelText.model(head + "c = 3; L = squared(P, Y); minimize J = mean(L); G = grad(J, P); d = sum(P) / m; }").outputs().get(0));
    assertEquals("Q", ModelText.model(head + "minimize J = mean(squared(P, Y)); Q = P > 0; }").outputs().get(0));
    assertEquals("P", ModelText.model(head + "Q = P > 0; output P; }").outputs().get(0));
    assertEquals("Z_P", ModelText.model(head + "output Z_P; }").outputs().get(0));
  }
}
