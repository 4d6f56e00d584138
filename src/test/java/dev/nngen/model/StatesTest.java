package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** States and noise of models and layers against the same models spelled out, their names, and what is said of wrong ones. */
class StatesTest {

  private static final String LAYERS = "layer slow(X, r = 0.1) { state s[rows(X)] = 0; update s = (1 - r) * s + r * rowsum(X) / m; return X - s; } "
      + "layer twice(X) { A = slow(X); return slow(A, r = 0.2); } ";

  private static Program<Phase.Lowered> lowered(String statements) {
    return Lowering.lower(ModelText.model(LAYERS + "model M { input X[4]; input Z[4]; " + statements + " minimize J = sum(P.^2); }"));
  }

  private static String text(Graph graph, int id) {
    Node node = graph.node(id);
    return node.operands().stream().map(operand -> text(graph, operand.node())).collect(Collectors.joining(", ", node.toString().replaceAll("%[0-9]+", "%") + "(", ")"));
  }

  /** The loss, what predictions compute, and the states after a step, written out down to leaves by name. */
  private static List<String> texts(Program<?> model) {
    List<String> states = model.modelStates().stream().map(state -> state + text(model.graph(), model.graph().named(state.next()).node())).collect(Collectors.toList());
    states.add(text(model.graph(), model.graph().named("J").node()));
    states.add(text(model.graph(), model.predicted("J").node()));
    return states;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "P = slow(X); | state s_P[4] = 0; update s_P = 0.9 * s_P + 0.1 * rowsum(X) / m; P = X - s_P;",
      "P = twice(X); | state s_A_P[4] = 0, s_P[4] = 0; A_P = X - s_A_P; update s_A_P = 0.9 * s_A_P + 0.1 * rowsum(X) / m;"
          + "update s_P = 0.8 * s_P + 0.2 * rowsum(A_P) / m; P = A_P - s_P;",
      "P = slow(slow(X)); | state s_P_1[4] = 0, s_P_2[4] = 0; A = X - s_P_1; update s_P_1 = 0.9 * s_P_1 + 0.1 * rowsum(X) / m; update s_P_2 = 0.9 * s_P_2 + 0.1 * rowsum(A) / m; P = A - s_P_2;",
      "H = X; repeat 2 { H = slow(H); } P = H; | state s_H_1[4] = 0, s_H_2[4] = 0; update s_H_1 = 0.9 * s_H_1 + 0.1 * rowsum(X) / m; A = X - s_H_1;"
          + "update s_H_2 = 0.9 * s_H_2 + 0.1 * rowsum(A) / m; P = A - s_H_2;",
      "share e = slow(r = 0.5); A = e(X); B = e(Z); P = A + B; | state s_e[4] = 0; F = 0.5 * s_e + 0.5 * rowsum(X) / m; update s_e = 0.5 * F + 0.5 * rowsum(Z) / m; P = (X - s_e) + (Z - s_e);",
      "P = batchnorm(X); | param g_P[4] = 1; param b_P[4] = 0; state mean_P[4] = 0, var_P[4] = 1; M = rowsum(X) / m; D = X - training(M, mean_P); V = rowsum(D.^2) / m;"
          + "P = g_P .* (D ./ sqrt(training(V, var_P) + 1e-5)) + b_P; update mean_P = 0.9 * mean_P + 0.1 * M;"
          + "update var_P = where(m > 1, 0.9 * var_P + 0.1 * m / max(m - 1, 1) * V, var_P);",
      "state k = 2; update k = 3; P = k * X; | state k = 1 + 1; update k = 1 + 2; P = k * X;"})
  void meansWhatItSpellsOut(String statements, String spelled) {
    assertEquals(texts(lowered(spelled)), texts(lowered(statements)));
  }

  @Test
  void parametersKeepTheirNamesBesideLayersThatOwnStatesOnly() {
    Program<?> model = lowered("P = dense(X, 3) |> slow;");
    assertEquals(List.of("W_P", "b_P"), model.parameters().stream().map(Program.Parameter::name).toList());
    assertEquals(List.of("s_P"), model.modelStates().stream().map(Program.ModelState::name).toList());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "P = dropout(X, 0.25); | noise U_P[4] = bernoulli(0.75); P = training(X .* U_P / 0.75, X);",
      "share d = dropout(rate = 0.5); A = d(X); B = d(Z); P = A + B; | noise U_A[4] = bernoulli(0.5); noise U_B[4] = bernoulli(0.5); P = training(X .* U_A / 0.5, X) + training(Z .* U_B / 0.5, Z);",
      "noise e[4, m] = normal(1); P = training(X + e, X); | noise e[4] = normal(2 - 1); P = training(X + e, X);",
      "noise sum[shape(X)] = uniform(s = 2); P = training(X .* sum, X); | noise sum[4] = uniform(2); P = training(X .* sum, X);"})
  void noiseMeansWhatItSpellsOut(String statements, String spelled) {
    Program<?> model = lowered(statements);
    assertEquals(lowered(spelled).noises(), model.noises());
    assertEquals(texts(lowered(spelled)), texts(model));
  }

  @Test
  void noiseOfLayersIsNamedAsTheirValues() {
    assertEquals(List.of("U_H_1", "U_H_2", "U_P"), lowered("H = dropout(dropout(X, 0.5), 0.5); P = dense(H, 4, tanh) |> dropout(0.1);").noises().stream().map(Program.Noise::name).toList());
    assertEquals(List.of("W_P", "b_P"), lowered("P = dense(X, 4, tanh) |> dropout(0.1);").parameters().stream().map(Program.Parameter::name).toList());
    assertEquals(List.of("U_H_1", "U_H_2"), lowered("H = X; repeat 2 { H = dropout(H, 0.5); } P = H;").noises().stream().map(Program.Noise::name).toList());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "noise U[4] = bernoulli(0.5); P = X .* U; | E108 | noise `U` is used in a prediction | U",
      "noise U[4] = bernoulli(0.5); H = tanh(X .* U); P = H + Z; | E108 | noise `U` is used in a prediction | U",
      "noise e = normal(1); P = training(Z, X + e); | E108 | noise `e` is used in a prediction | e",
      "P = noisy(X); | E108 | noise `U_P` is used in a prediction | noisy(X)",
      "noise U[4] = normal(1); P = X; minimize K = sum(U); | E108 | noise `U` is used in a prediction | U",
      "noise U[4] = normal(1); P = X .* training(U, 1) .* U; output X; | E108 | noise `U` is used in a prediction | U",
      "noise U[4] = bernoulli(1.5); P = training(U, X); | E124 | expected p in [0, 1] for `bernoulli`, found 1.5 | 1.5",
      "noise U[4] = normal(-1); P = training(U, X); | E124 | expected s in [0, inf) for `normal`, found -1.0 | -1",
      "P = dropout(X, -0.5); | E124 | expected p in [0, 1] for `bernoulli`, found 1.5 | dropout(X, -0.5)",
      "noise U[4] = normal(rowsum(X)); P = training(U, X); | E125 | must be known at compile time | rowsum(X)",
      "noise U[4] = 0.5; P = training(U, X); | E142 | expected a distribution, found `0.5` | 0.5",
      "noise U[4] = glorot; P = training(U, X); | E142 | expected a distribution, found `glorot` | glorot",
      "noise U[4] = 2 * normal(1); P = training(U, X); | E142 | expected a distribution, found `2 * normal(1)` | 2 * normal(1)",
      "noise U[4] = bernoulli(q = 0.5); P = training(U, X); | E142 | expected a distribution | bernoulli(q = 0.5)",
      "noise U[3] = normal(1); P = training(X + U, X); | E120 | 4 | U",
      "noise U[4] = normal(1); noise U[4] = normal(1); P = training(X + U, X); | E101 | `U` is defined twice | U",
      "P = training(shape(X), X); | E108 | `shape` is used outside of a declaration's sizes | shape(X)",
      "P = X; prove noisy(X) == X; | E108 | a layer with states or noise cannot be called in `prove` | noisy(X)"})
  void errorsOfNoiseAreLocated(String statements, String code, String text, String place) {
    Diagnostic error = ModelText.error(LAYERS + "layer noisy(X) { noise U[shape(X)] = normal(1); return X + U; } model M { input X[4]; input Z[4]; " + statements
        + (statements.contains("minimize") ? "" : " minimize J = sum(P.^2);") + " }");
    assertTrue(error.message().contains(text), error::toString);
    assertEquals(code, error.code().code, error::toString);
    assertTrue(code.equals("E120") || error.span().get().text().equals(place), () -> error.span().get().text());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "state a[4] = 0; P = X - a; | E140 | state `a` has no update",
      "P = never(X); | E140 | state `a` has no update",
      "update a = 3; P = X; | E102 | cannot find state `a`",
      "param W[4, 4]; update W = 2 * W; P = W * X; | E108 | `W` is not a state declared here",
      "update X = 0; P = X; | E108 | `X` is not a state declared here",
      "update tanh = 0; P = X; | E102 | cannot find state `tanh`",
      "state a[4] = 0; update a = a + 1; update a = a + 2; P = X - a; | E101 | state `a` has two updates",
      "state a[4] = 0; update a = X; P = X - a; | E120 | expected 4 x 1 for state `a`, found 4 x m",
      "state a[4] = 0, b = 0; update a = b; update b = a; P = X - a; | E120 | expected a scalar for state `b`, found 4 x 1",
      "state a[4] = normal(1); update a = a; P = X - a; | E125 | must start as a number",
      "state a[m] = 0; update a = a; P = X; | E125 | a size must be known at compile time",
      "state a = 0; state a = 1; update a = 2; P = X; | E101 | `a` is defined twice",
      "state t = 0; update t = t + 1; P = X; | E007 | not a name of a state",
      "P = X; prove slow(X) == X; | E108 | a layer with states or noise cannot be called in `prove`",
      "repeat 2 { state a = 0; } P = X; | E108 | only definitions and blocks can be repeated"})
  void errorsAreLocated(String statements, String code, String text) {
    Diagnostic error = ModelText.error(LAYERS + "layer never(X) { state a[rows(X)] = 0; return X - a; } model M { input X[4]; " + statements + " minimize J = sum(P.^2); }");
    assertTrue(error.message().contains(text), error::toString);
    assertEquals(code, error.code().code, error::toString);
  }

  /** Row I2: the gradient of batch normalization, and that of a bias before it. */
  @ParameterizedTest
  @ValueSource(strings = {"input X[4]; size t = 1; Z = dense(X, 5);", "input X[4, 3, m]; size t = 3; Z = conv1d(X, 5, 1);", "samples rows; input X[m, 3, 4]; size t = 3; Z = dense(X, 5);"})
  void theGradientIsThatOfTheBook(String statements) {
    boolean rows = statements.startsWith("samples");
    String sum = rows ? "colsum" : "rowsum";
    String text = "model M { " + statements + " H = batchnorm(Z); minimize J = mean(H.^4);"
        + "prove grad(J, b_Z) == 0; prove grad(J, Z) == (G - " + sum + "(G) / (t * m) - N_H .* (" + sum + "(G .* N_H) / (t * m))) ./ S_H; }";
    Diagnostics diagnostics = new Diagnostics();
    new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source("m.nn", text.replace("prove grad(J, b", "G = grad(J, N_H); prove grad(J, b")), diagnostics);
    assertEquals(List.of(), diagnostics.sorted().stream().filter(found -> found.severity() == Severity.ERROR).toList());
  }
}
