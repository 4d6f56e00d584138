package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

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
    assertEquals("loss", two.loss().orElseThrow());
    assertEquals("loss", two.names().get(two.names().size() - 1).name());
    assertEquals("A", ModelText.model("model N { input X[4]; P = dense(X, 1); minimize A = mean(P); }").loss().orElseThrow());
  }

  @Test
  void theOutputIsTheLastValueMadeOfInputs() {
    String head = "model N { input X[4]; target Y[2]; P = dense(X, 2); ";
    assertEquals("P", ModelText.model(head + "c = 3; L = squared(P, Y); minimize J = mean(L); G = grad(J, P); d = sum(P) / m; }").output());
    assertEquals("Q", ModelText.model(head + "minimize J = mean(squared(P, Y)); Q = P > 0; }").output());
    assertEquals("P", ModelText.model(head + "Q = P > 0; output P; }").output());
    assertEquals("Z_P", ModelText.model(head + "output Z_P; }").output());
  }
}
