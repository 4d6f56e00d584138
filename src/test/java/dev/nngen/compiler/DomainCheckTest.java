package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Diagnostics for arguments that a function's domain excludes or may exclude. */
@Slow
class DomainCheckTest {

  private static final String DATA = "input X[4]; input U[1] where U in [2, 3]; target Y[3] where colsum(Y) == 1; target T[1]; ";
  private static final String LAYER = "Z = dense(X, 3); z = dense(X, 1); param s = 3; ";

  private static Diagnostics diagnostics(String text) {
    Diagnostics diagnostics = new Diagnostics();
    new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source("test.nn", text), diagnostics);
    return diagnostics;
  }

  private static List<Diagnostic> said(String statements) {
    return diagnostics(model(statements)).sorted().stream().filter(d -> d.code() != ErrorCode.UNUSED).toList();
  }

  private static String model(String statements) {
    return """
        loss beta(p, y, s = 1) domain p in (0, 1), s in [2, 5] = -y * log(p) / s;
        loss reversed(y, p) domain p in (0, 1) = -y * log(p);
        fn   shifted(z) domain z in [1, inf) = sqrt(z - 1);
        fn   wrapped(q, y) = crossentropy(q, y);
        fn   entropy(p) = where(p > 0, -p * log(p), 0);
        layer handmade(Z) { E = exp(Z); return E ./ colsum(E); }
        """ + "model M { " + DATA + LAYER + statements + " }";
  }

  @Test
  void theMessageNamesConditionRangeDeclarationAndRemedy() {
    assertEquals("""
        test.nn:4:34: warning[W110]: `crossentropy` needs p in (0, 1], and `P` can be any number
            |
          3 |   P = dense(X, 3);
            |   - `P` is declared here, without an activation
          4 |   minimize J = mean(crossentropy(P, Y)); }
            |                                  ^
            |
            = help: `dense(X, 3) |> softmax`, or `nll(logsoftmax(P), Y)` for scores
        """.strip(), new DiagnosticRenderer(false).render(diagnostics("""
        model A {
          input X[4]; target Y[3] where colsum(Y) == 1;
          P = dense(X, 3);
          minimize J = mean(crossentropy(P, Y)); }
        """)).strip());
  }

  /** Each warns once; what the message and the help say. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "mean(logloss(Z, Y)); `logloss` needs p in (0, 1), and `Z` can be any number; `dense(X, 3) |> softmax`",
      "mean(logloss(z, T)); `logloss` needs p in (0, 1), and `z` can be any number; `dense(X, 1) |> sigmoid`",
      "mean(logloss(relu(z), T)); and `relu(z)` is only known to be in [0, inf); `sigmoid(z)`",
      "mean(logloss(z |> hardsigmoid, T)); is only known to be in [0, 1]; `sigmoid(z)`",
      "mean(logloss(tanh(z), T)); is only known to be in (-1, 1); `sigmoid(z)`",
      "mean(logloss(dense(X, 1, relu), T)); and `dense(X, 1, relu)` is only known to be in [0, inf); `dense(X, 1) |> sigmoid`",
      "mean(logloss(X |> dense(1), T)); and `X |> dense(1)` can be any number; `X |> dense(1) |> sigmoid`",
      "mean(logloss(2 * z + 1, T)); and `2 * z + 1` can be any number; `sigmoid(2 * z + 1)`",
      "mean(logloss(U .* sigmoid(z), T)); is only known to be in (0, 3); `sigmoid(U .* sigmoid(z))`",
      "mean(crossentropy(exp(Z), Y)); is only known to be in (0, inf); `softmax(Z)`",
      "mean(crossentropy(sin(Z) .* Z, Y)); `sin(Z) .* Z` can be ; `softmax(sin(Z) .* Z)`",
      "mean(kldivergence(Z, Y)); needs p in (0, 1]; `dense(X, 3) |> softmax`",
      "mean(focal(Z, Y)); needs p in (0, 1); `dense(X, 3) |> softmax`",
      "mean(focal(sigmoid(Z), Y, s)); `focal` needs g in [0, inf), and `s` can be any number; `relu(s)`",
      "mean(huber(Z, Y, s)); `huber` needs d in (0, inf), and `s` can be any number; `softplus(s)`",
      "mean(poisson(Z, Y)); `poisson` needs p in (0, inf), and `Z` can be any number; `dense(X, 3) |> softplus`",
      "mean(poisson(relu(Z), Y)); is only known to be in [0, inf); `softplus(Z)`",
      "mean(nll(Z, Y)); `nll` needs logp in (-inf, 0], and `Z` can be any number; `dense(X, 3) |> logsoftmax`",
      "mean(nll(z, T)); `nll` needs logp in (-inf, 0]; `dense(X, 1) |> logsigmoid`",
      "mean(beta(z, T, 3)); `beta` needs p in (0, 1), and `z` can be any number; `dense(X, 1) |> sigmoid`",
      "mean(beta(sigmoid(z), T, s)); `beta` needs s in [2, 5], and `s` can be any number; `2 + 3 * sigmoid(s)`",
      "mean(shifted(z)); `shifted` needs z in [1, inf), and `z` can be any number; `1 + softplus(dense(X, 1))`",
      "mean(wrapped(z, T)); `crossentropy` needs p in (0, 1], and `z` can be any number; `sigmoid(q)`",
      "mean(where(T > 0, logloss(z, T), 0)); `logloss` needs p in (0, 1), and `z` can be any number; `dense(X, 1) |> sigmoid`",
      "mean(hinge(z, z)); `hinge` needs y in [-1, 1], and `z` can be any number; `dense(X, 1) |> tanh`"})
  void whatMayBeOutside(String loss, String message, String help) {
    List<Diagnostic> said = said("minimize J = " + loss + ";");
    assertEquals(List.of(ErrorCode.UNSATISFIED_DOMAIN), said.stream().map(Diagnostic::code).toList(), said.toString());
    assertTrue(said.get(0).message().contains(message), said.get(0).message());
    assertTrue(said.get(0).help().get(0).startsWith(help), said.get(0).help().toString());
  }

  /** A root whose argument is 0 for a column of zeros, for equal or constant columns, or for a target that is met. */
  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "N = sqrt(colsum(Z.^2)); minimize J = mean((N - T).^2); # `norm(Z)` is 0 there, and so is its gradient",
      "N = sqrt(colsum((Z - Y).^2)); minimize J = mean(N); # `norm(Z - Y)` is 0 there, and so is its gradient",
      "S = colsum(Z.^2); N = sqrt(S); minimize J = mean(N); # keep the argument away from 0: `S + 1e-12`",
      "N = colsum(Z.^2).^0.5; minimize J = mean(N); # `norm(Z)` is 0 there, and so is its gradient",
      "minimize J = mean(abs(z - T).^0.3); # keep the argument away from 0: `abs(z - T) + 1e-12`",
      "D = Z - colsum(Z) / 3; V = colsum(D.^2) / 3; N = D ./ sqrt(V); minimize J = mean((N - Y).^2); # keep the argument away from 0: `V + 1e-12`",
      "minimize J = sqrt(sum((z - T).^2) / m); # keep the argument away from 0: `sum((z - T).^2) / m + 1e-12`",
      "minimize J = mean(z - T) + sqrt(sum(W_Z.^2)); # keep the argument away from 0: `sum(W_Z.^2) + 1e-12`",
      "minimize J = mean(sqrt(relu(z))); # keep the argument away from 0: `relu(z) + 1e-12`"})
  void aRootMayBeTakenOfZero(String statements, String help) {
    List<Diagnostic> said = said(statements);
    assertEquals(List.of(ErrorCode.ROOT_AT_ZERO), said.stream().map(Diagnostic::code).toList(), said.toString());
    assertEquals(List.of(help), said.get(0).help());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "param V[4, 3] = 0; param R[1, 4] = 0; P = R * tanh(V * Z); minimize J = mean((P - T).^2); # `V` and `R`",
      "param A[3, 4] = 0; param B[3, 3] = 0; param C[1, 3] = 0; P = C * relu(B * relu(A * X)) + z; minimize J = mean((P - T).^2); # `A` and `B` and `C`",
      "param V[4, 3] = 0; param R[1, 4] = 0; P = R * sin(V * tanh(Z)); minimize J = mean((P - T).^2) + l2(0.1); # `V` and `R`"})
  void consecutiveLayersOfZerosNeverLearn(String statements, String layers) {
    List<Diagnostic> said = said(statements);
    assertEquals(List.of(ErrorCode.ZERO_LAYERS), said.stream().map(Diagnostic::code).toList(), said.toString());
    assertTrue(said.get(0).message().startsWith(layers + " start at 0"), said.get(0).message());
  }

  /** A single layer of zeros learns, and so do two that are side by side, or whose activation is not 0 at 0. */
  @ParameterizedTest
  @ValueSource(strings = {
      "param V[1, 3] = 0; P = V * tanh(Z); minimize J = mean((P - T).^2);",
      "param V[1, 3] = 0; param R[1, 4] = 0; P = V * Z + R * X; minimize J = mean((P - T).^2);",
      "param V[4, 3] = 0; param R[1, 4] = 0; param a[4] = uniform(1); P = R * sigmoid(V * Z + a); minimize J = mean((P - T).^2);",
      "param V[3, 3] = 0; param W2[3, 3]; param R[1, 3] = 0; P = R * (Z + W2 * tanh(V * Z)); minimize J = mean((P - T).^2);"})
  void otherLayersOfZerosLearn(String statements) {
    assertEquals(List.of(), said(statements));
  }

  /** Other parameters are drawn; the units that start equal are read by weights that start equal. */
  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "param A[5, 3] = 0.1; param C[1, 5] = 0.1; P = C * tanh(A * Z); minimize J = mean((P - T).^2); # A",
      "param C[1, 5] = 0.1; param a[5] = 1; param A[5, 3] = 0; P = C * tanh(A * Z + a); minimize J = mean((P - T).^2); # A",
      "param A[4, 3] = 0; param C[1, 4] = 0; P = C * sigmoid(A * Z); minimize J = mean((P - T).^2); # A",
      "param A[5, 4] = 1; param B[6, 5] = 0.5; P = dense(B * sigmoid(A * X), 1) + z; minimize J = mean((P - T).^2); # A",
      "param A[5, 3] = 0.1; P = colsum(tanh(A * Z)); minimize J = mean((P - T).^2) + l2(0.1); # A"})
  void unitsStayEqualAmongDrawnParameters(String statements, String layer) {
    List<Diagnostic> said = said(statements);
    assertEquals(List.of(ErrorCode.EQUAL_UNITS), said.stream().map(Diagnostic::code).toList(), said.toString());
    assertTrue(said.get(0).message().startsWith("the units of `" + layer + "` stay equal"), said.get(0).message());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "P = sign(dense(Z, 1)); minimize J = mean((P - T).^2);",
      "P = where(z > 0.5, 1, 0); minimize J = mean(absolute(P, T));",
      "P = floor(3 * sigmoid(z)); minimize J = mean((P - T).^2);",
      "P = z - z; minimize J = mean((P - T).^2);",
      "P = stop(z); minimize J = mean((P - T).^2);"})
  void aModelWithoutGradientsCannotLearn(String statements) {
    List<Diagnostic> said = said(statements);
    assertEquals(List.of(ErrorCode.ZERO_GRADIENTS), said.stream().map(Diagnostic::code).toList(), said.toString());
  }

  /** No warning if the readers of the units are random, or the units differ by a bias, or each has a target of its own. */
  @ParameterizedTest
  @ValueSource(strings = {
      "param A[5, 3] = 0.1; param C[1, 5]; P = C * tanh(A * Z); minimize J = mean((P - T).^2);",
      "param A[5, 3] = 0.1; param C[1, 5] = 0.1; param a[5] = uniform(1); P = C * tanh(A * Z + a); minimize J = mean((P - T).^2);",
      "param A[3, 3] = 0; P = A * Z; minimize J = mean((P - Y).^2);",
      "param A[3, 3] = 1; P = stop(A) * Z; minimize J = mean((P - Y).^2);"})
  void unitsThatStartEqualMayLearn(String statements) {
    assertEquals(List.of(), said(statements));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "N = sqrt(colsum(Z.^2) + 1e-12); minimize J = mean((N - T).^2);",
      "N = norm(Z); minimize J = mean((N - T).^2);",
      "N = distance(Z, Y); minimize J = mean((N - T).^2);",
      "N = sqrt(colsum(X.^2)); P = dense(X ./ (1 + N), 1); minimize J = mean((P - T).^2);",
      "S = colsum(Z.^2); N = where(S > 0, sqrt(S), 0); minimize J = mean(N);",
      "S = colsum(Z.^2); r = sqrt(S); N = where(S > 0, r, 0); minimize J = mean(N);",
      "S = colsum(Z.^2); N = sqrt(where(S > 0, S, 1)); minimize J = mean(N);",
      "S = colsum(Z.^2); N = sqrt(where(S > 0.5, S, 0.5)); minimize J = mean(N);",
      "N = sqrt(max(colsum(Z.^2), 1e-6)); minimize J = mean(N);",
      "N = sqrt(sigmoid(z)); minimize J = mean((N - T).^2);",
      "N = sqrt(softplus(z)); minimize J = mean((N - T).^2);",
      "N = colsum(exp(Z)).^0.25; minimize J = mean((N - T).^2);",
      "N = sqrt(stop(colsum(Z.^2))); minimize J = mean(Z ./ (1 + N));",
      "N = sqrt(colsum(Z.^2)); minimize J = mean(z - T) + stop(sum(N));",
      "N = sqrt(colsum(Z.^2)); minimize J = mean((z - T).^2);",
      "N = colsum(Z.^2).^1.5; minimize J = mean(N);",
      "N = sqrt(exp(z) + exp(-z)); minimize J = mean(N);"})
  void otherRootsAreSilent(String statements) {
    assertEquals(List.of(), said(statements));
  }

  /** Every loss with scores as its argument; each help replaces the argument and satisfies the condition. */
  @ParameterizedTest
  @ValueSource(strings = {"logloss(#, T)", "logloss(#, Y)", "crossentropy(#, Y)", "crossentropy(#, T)", "kldivergence(#, Y)", "focal(#, Y)", "focal(sigmoid(Z), Y, #)",
      "poisson(#, Y)", "nll(#, Y)", "nll(#, T)", "huber(Z, Y, #)", "beta(#, T, 3)", "beta(sigmoid(z), T, #)", "shifted(#)", "hinge(z, #)"})
  void whatTheHelpSaysIsRight(String loss) {
    for (String argument : List.of("dense(X, 1)", "dense(X, 1, relu)", "X |> dense(1) |> hardtanh", "z", "3 * z - 1", "abs(z)", "Z", "z + (U - 1)")) {
      boolean scalar = loss.contains("Z, Y, #") || loss.contains("Z), Y, #");
      if (argument.equals("Z") && (loss.contains("T") || loss.contains("z")) || scalar && argument.equals("Z")) {
        continue;
      }
      List<Diagnostic> said = said("minimize J = mean(" + loss.replace("#", argument) + ");");
      for (Diagnostic warning : said) {
        String help = warning.help().get(0).split("`", -1)[1];
        List<Diagnostic> after = said("minimize J = mean(" + loss.replace("#", help) + ");");
        assertEquals(List.of(), after, loss + " with " + help);
      }
    }
  }

  /** Correct models give no warning, however they are written. */
  @ParameterizedTest
  @ValueSource(strings = {"mean(logloss(sigmoid(z), T))", "mean(crossentropy(softmax(Z), Y))", "mean(crossentropy(handmade(Z), Y))",
      "mean(crossentropy(exp(Z) ./ colsum(exp(Z)), Y))", "mean(logloss(1 - sigmoid(z), T))", "mean(logloss(0.5 * (1 + tanh(z)), T))",
      "mean(logloss((1 + erf(z)) / 2, T))", "mean(logloss((1 + softsign(z)) / 2, T))",
      "mean(logloss(min(max(z, 1e-7), 1 - 1e-7), T))", "mean(logloss(0.3 * sigmoid(z) + 0.7 * sigmoid(2 * z), T))", "mean(logloss(sigmoid(z) .* sigmoid(z + 1), T))",
      "mean(logloss(exp(z) ./ (1 + exp(z)), T))", "mean(logloss(where(z >= 0, 1 ./ (1 + exp(-z)), exp(z) ./ (1 + exp(z))), T))",
      "mean(crossentropy((1 + Z .^ 2) ./ colsum(1 + Z .^ 2), Y))", "mean(crossentropy(softplus(Z) ./ colsum(softplus(Z)), Y))",
      "mean(logloss(colsum(softmax(Z) .* sigmoid(dense(X, 3))), T))", "mean(logloss(0.99 * sigmoid(z) + 0.005, T))", "mean(logloss(exp(-softplus(z)), T))",
      "mean(logloss(1 - exp(-exp(z)), T))", "mean(poisson(exp(Z), Y))", "mean(poisson(softplus(Z), Y))", "mean(poisson(1 + elu(Z) + 0.001, Y))", "mean(poisson(Z .^ 2 + 0.1, Y))",
      "mean(nll(logsoftmax(Z), Y))", "mean(nll(log(softmax(Z)), Y))", "mean(nll(logsigmoid(Z), Y))", "mean(nll(Z - log(colsum(exp(Z))), Y))",
      "mean(crossentropy(softmax(Z), 0.9 * Y + 0.1 / 3))", "mean(kldivergence(softmax(Z), softmax(dense(X, 3))))", "mean(kldivergence(softmax(Z), stop(softmax(2 * Z))))",
      "mean(logloss(sigmoid(z), 1)) + mean(logloss(sigmoid(2 * z), 0))", "mean(reversed(T, sigmoid(z)))", "mean(where(z > 0, log(z), 0))",
      "mean(where(z > 0, shifted(1 + z), 0))", "mean(where(T >= 0, logloss(sigmoid(z), T), 0))", "mean(entropy(softmax(Z)))", "mean(huber(Z, Y, exp(s)))",
      "mean(log(Z))", "mean(sqrt(Z))", "mean(squared(Y, Z))", "mean(huber(Y, Z))", "mean(Y ./ Z)", "mean(log(1 - z))", "mean(entropy(0 * z) + z.^2)", "mean(logloss(sigmoid(grad(sum(z .^ 2), X)), X))",
      "mean(beta(sigmoid(z), T, U))"})
  void whatIsRight(String loss) {
    List<Diagnostic> said = said("minimize J = " + loss + ";");
    assertEquals(List.of(), said);
  }

  /** A value proved to be outside the domain is one error, at the argument. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "log(sigmoid(Z) - 1); `log` needs sigmoid(Z) - 1 in (0, inf), and `sigmoid(Z) - 1` is in (-1, 0)", "log(-exp(Z)); is in (-inf, 0)", "log(Z - Z); `Z - Z` is 0",
      "log(-relu(Z)); is in (-inf, 0]", "sqrt(-abs(Z) - 1); is in (-inf, -1]", "(-exp(Z)) .^ 0.5; is in (-inf, 0)", "Y ./ (Z - Z); `Z - Z` is always 0, and `./` divides by it",
      "(Z - Z) .^ (-1); divides by it", "log1p(-1 - exp(Z)); `log1p` needs", "crossentropy(1 + exp(Z), Y); `crossentropy` needs p in (0, 1], and `1 + exp(Z)` is in (1, inf)",
      "nll(softmax(Z), Y); `nll` needs logp in (-inf, 0], and `softmax(Z)` is in (0, 1)", "logloss(-relu(Z), Y); is in (-inf, 0]", "beta(sigmoid(z), T, 1 + tanh(s) - 3); is in (-3, -1)",
      "beta(U, T, 3); `beta` needs p in (0, 1), and `U` is in [2, 3]", "poisson(logsigmoid(Z), Y); is in (-inf, 0)", "where(T > 0, log(-exp(z)), 0); is in (-inf, 0)"})
  void whatIsOutside(String loss, String message) {
    List<Diagnostic> said = said("minimize J = mean(" + loss + ");");
    assertEquals(List.of(ErrorCode.OUTSIDE_DOMAIN), said.stream().map(Diagnostic::code).toList(), said.toString());
    assertTrue(said.get(0).message().contains(message), said.get(0).message());
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "crossentropy(Y, softmax(Z)); `Y` is a target where the prediction of `crossentropy` is expected; crossentropy(softmax(Z), Y)",
      "crossentropy(Y, Z); `Y` is a target; crossentropy(Z, Y)", "Y |> logloss(sigmoid(Z)); `Y` is a target; logloss(sigmoid(Z), Y)",
      "nll(Y, logsoftmax(Z)); `Y` is a target; nll(logsoftmax(Z), Y)", "hinge(T, z); `T` is a target; hinge(z, T)", "focal(Y, softmax(Z), g = 3); `Y` is a target; focal(softmax(Z), Y, g = 3)",
      "beta(0.9 * T, sigmoid(z), 3); `0.9 * T` is a target; beta(sigmoid(z), 0.9 * T, 3)", "logloss(p = T, y = sigmoid(z)); `T` is a target; logloss(sigmoid(z), T)",
      "poisson(X, dense(X, 4, exp)); `X` is data where the prediction; poisson(dense(X, 4, exp), X)"})
  void swappedArguments(String loss, String message, String help) {
    List<Diagnostic> said = said("minimize J = mean(" + loss + ");");
    assertEquals(List.of(ErrorCode.SWAPPED_LOSS), said.stream().map(Diagnostic::code).toList(), said.toString());
    assertTrue(said.get(0).message().startsWith(message), said.get(0).message());
    assertTrue(said.get(0).help().get(0).contains("`" + help + "`"), said.get(0).help().toString());
  }

  /** Samples and the models of other tests are right. */
  @TestFactory
  Stream<DynamicTest> samplesAreNotWarnedOf() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("generated-samples"))) {
      List<Path> models = files.filter(file -> file.toString().endsWith(".nn")).sorted().toList();
      assertFalse(models.isEmpty());
      return models.stream().map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
        Diagnostics diagnostics = new Diagnostics();
        new Compiler(Options.DEFAULT, (importing, path) -> {
          Path imported = Path.of(importing.name()).resolveSibling(path).normalize();
          try {
            return new SourceLoader.Text(new Source(imported.toString(), Files.readString(imported)));
          } catch (IOException missing) {
            return new SourceLoader.Problem("there is no such file");
          }
        }).derive(new Source(file.toString(), Files.readString(file)), diagnostics);
        List<ErrorCode> about = List.of(ErrorCode.UNSATISFIED_DOMAIN, ErrorCode.SWAPPED_LOSS, ErrorCode.OUTSIDE_DOMAIN);
        assertEquals(List.of(), diagnostics.sorted().stream().filter(d -> about.contains(d.code())).toList());
      }));
    }
  }
}
