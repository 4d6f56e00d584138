package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowering;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds, shared layers and layers of several results, each against the same model spelled out. */
class RepeatExpansionTest {

  private static final String LAYERS = "layer two(X, n) { param V[n, rows(X)]; A = tanh(V * X); return A, A .* X; }"
      + "layer deep(X) { H = X; repeat 2 { H = dense(H, 4) + H; } return H; }";
  private static final String DATA = "input X[4]; input Z[4]; ";

  private static Graph graph(String statements) {
    return Lowering.lower(ModelText.model(LAYERS + "model M { " + DATA + statements + " minimize J = sum(P.^2); }")).graph();
  }

  /** The loss written out down to leaves by name. */
  private static String loss(Graph graph) {
    return text(graph, graph.named("J").node());
  }

  private static String text(Graph graph, int id) {
    Node node = graph.node(id);
    return node.operands().stream().map(operand -> text(graph, operand.node())).collect(Collectors.joining(", ", node.toString().replaceAll("%[0-9]+", "%") + "(", ")"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "H = X; repeat 3 { H = dense(H, 4); } P = H;  | H_0 = X; H_1 = dense(H_0, 4); H_2 = dense(H_1, 4); H_3 = dense(H_2, 4); H = H_3; P = H;",
      "size n = 2; A = X; repeat n { B = tanh(A); A = B + X; } P = A .* B; | A_0 = X; B_1 = tanh(A_0); A_1 = B_1 + X; B_2 = tanh(A_1); A_2 = B_2 + X; P = A_2 .* B_2;",
      "H = X; repeat 2 { (H, G) = two(H, 4); } P = H + G_1; | H_0 = X; (H_1, G_1) = two(H_0, 4); (H_2, G_2) = two(H_1, 4); P = H_2 + G_1;",
      "repeat 2 { H[i] = X[end - i]; } P = H; | H[i] = X[end - i]; P = H;",
      "(A, B) = two(X, 4); P = A + B; | param V_A[4, 4]; A = tanh(V_A * X); B = A .* X; P = A + B;",
      "share e = dense(3, f = tanh); A = e(X); B = e(Z); P = A .* B; | "
          + "param W_e[3, 4] = glorot; param b_e[3] = 0; Z_A = W_e * X + b_e; A = tanh(Z_A); Z_B = W_e * Z + b_e; B = tanh(Z_B); P = A .* B;",
      "share e = two(n = 4); (A, B) = e(X); (C, D) = e(Z); P = A + B + C + D; | "
          + "param V_e[4, 4]; A = tanh(V_e * X); B = A .* X; C = tanh(V_e * Z); D = C .* Z; P = A + B + C + D;",
      "P = deep(X); | H_1_P = dense(X, 4) + X; H_2_P = dense(H_1_P, 4) + H_1_P; P = H_2_P;"})
  void meansWhatItSpellsOut(String statements, String spelled) {
    assertEquals(loss(graph(spelled)), loss(graph(statements)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "repeat 2 { H = dense(H, 3); } P = H; | used before its definition",
      "repeat 2 { param W[3]; } P = X; | only definitions and blocks can be repeated",
      "repeat X { P = X; } | must be known at compile time",
      "H = X; H_1 = X; repeat 2 { H = tanh(H); } P = H; | a round's value is called `H_1`",
      "H = X; repeat 2 { H = tanh(H); } H = H + 1; P = H; | `H` is defined twice",
      "(A, A) = two(X, 4); P = A; | `A` is defined twice",
      "P = two(X, 4); | returns 2 values",
      "(A, B, C) = two(X, 4); P = A; | this is 2 values, and there are 3 names",
      "(A, B) = tanh(X); P = A; | this is one value, and there are 2 names",
      "share e = tanh(X); P = X; | is not a layer",
      "share e = dense(3); P = e; | expected a value, found `e`, which is a layer",
      "share e = dense(3); A = e(X); P = e(A); | would be 3 x 3 in this one"})
  void errorsAreLocated(String statements, String text) {
    Diagnostic error = ModelText.error(LAYERS + "model M { " + DATA + statements + " }");
    assertTrue(error.message().contains(text), error::toString);
  }
}
