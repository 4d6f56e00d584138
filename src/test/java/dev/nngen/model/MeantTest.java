package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes that only shapes and meanings show: one diagnostic, where the mistake is, with one help. */
class MeantTest {

  private static final String HEAD = "model M {\n  input X[4];\n  target Y[1];\n  ";

  private static Diagnostic only(String text) {
    Diagnostics diagnostics = new Diagnostics();
    var file = NnParser.parse(new Source("a.nn", text), diagnostics);
    if (!diagnostics.hasErrors()) {
      Models.resolve(file, SourceLoader.NONE, diagnostics);
    }
    List<Diagnostic> found = diagnostics.sorted();
    assertEquals(1, found.size(), new DiagnosticRenderer(false).render(diagnostics));
    return found.get(0);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', quoteCharacter = '"', value = {
      "P = dense(1, X); minimize J = mean(squared(P, Y)); # E106 # dense(1, X) # write `dense(X, 1)`",
      "P = dense(units = X, X = 1); # E106 # dense(units = X, X = 1) # write `dense(units = 1, X = X)`",
      "P = dense(X, 1.5); # E122 # 1.5 # ",
      "P = dense(X, X); # E125 # X # write a number, or a name for it: `size n = 4;`",
      "P = dense(X, tanh); # E125 # tanh # write a number, or a name for it: `size n = 4;`",
      "P = dense(X, units = exp); minimize J = mean(squared(P, Y)); # E125 # exp # write a number, or a name for it: `size n = 4;`",
      "enc = dense(16); A = enc(X); P = dense(A, 1); # E106 # dense(16) # a layer is called with its input: `dense(X, 16)`",
      "P = dense(X, 1, tanh()); minimize J = mean(squared(P, Y)); # E106 # tanh() # it is called as `tanh(z)`",
      "P = dense(X, 1, relu()); minimize J = mean(squared(P, Y)); # E106 # relu() # a function is passed by its name: `relu`",
      "P = dense(X, 1) |> sigmoid; minimize J = mean(crossentropy(Y, P)); # W103 # Y # the prediction comes first: `crossentropy(P, Y)`",
      "P = dense(X, 1) |> softmax; minimize J = mean(squared(P, Y)); # W104 # dense(X, 1) |> softmax # the share of a single entry is 1; one probability is `sigmoid(Z)`",
      "param W[3, 4] = 0; param V[1, 3] = 1; P = V * tanh(W * X); minimize J = mean(squared(P, Y)); # W105 # W # initialize it at random: `= glorot`",
      "P = dense(X, 1) + 0 * Y; minimize J = mean(squared(P, Y)); # W106 # Y # compare with the target in `minimize` only: `minimize J = mean(squared(P, Y));`",
      "P = dense(X, 1); J = mean(squared(P, Y)); train sgd(); # E140 # train sgd(); # `J` in line 4 is a scalar: `minimize J = mean(squared(P, Y));`",
      "P = dense(X, 1); minimize J = -sum(Y * log(P)) / m; # E120 # Y * log(P) # the entrywise product is `Y .* log(P)`",
      "param W[4, 1]; P = W * X; minimize J = mean(squared(P, Y)); # E120 # W * X # `W' * X` would fit",
      "P = dense(X, 1) + normal(1); # E104 # normal # initializers follow `=` in a `param` declaration: `param W[4, 3] = normal(1);`",
      "input A[m, m]; P = A * X; # E125 # m # `m`, the number of samples, is an input's last dimension by itself: `input X[4];` is 4 x m",
      "samples rows; input A[3, m]; # E125 # m # `m`, the number of samples, is an input's first dimension by itself: `input X[4];` is m x 4",
      "P = dense(X, 1); minimize J = mean(squared(P, Y)) + l2(W_P, 1e-4); # E121 # W_P # the factor comes first: `l2(1e-4, W_P)`",
      "P = X(4); minimize J = mean(squared(P, Y)); # E104 # X # a product is written `X * (...)`",
      "Hh = dense(X, 4); A = H + 1; B = H * 2; P = dense(A + B + H, 1); output H; # E102 # H # did you mean `Hh`?"})
  void saysWhatIsMeant(String statements, String code, String place, String help) {
    Diagnostic found = only(HEAD + statements + "\n}\n");
    assertEquals(code, found.code().code);
    assertEquals(place, found.span().orElseThrow().text());
    assertEquals(help == null ? List.of() : List.of(help), found.help());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', quoteCharacter = '"', value = {
      "P = dense(X, 1) |> sigmoid; minimize J = mean(squared(Y, P) + logloss(P, Y));",
      "P = dense(X, 1) |> sigmoid; minimize J = mean(crossentropy(0.5 * P + 0.25, Y));",
      "param W[1, 4] = 0; P = W * X; minimize J = mean(squared(P, Y));",
      "param W[3, 4] = 0; param V[1, 3]; P = V * tanh(W * X); minimize J = mean(squared(P, Y));",
      "param W[1, 4] = 0; param V[1, 4] = 0; P = W * X + V * X; minimize J = mean(squared(P, Y));"})
  void isSilentWithoutMistake(String statements) {
    Diagnostics diagnostics = new Diagnostics();
    Models.resolve(NnParser.parse(new Source("a.nn", HEAD + statements + "\n}\n"), diagnostics), SourceLoader.NONE, diagnostics);
    assertTrue(diagnostics.isEmpty(), new DiagnosticRenderer(false).render(diagnostics));
  }

  @Test
  void aMisplacedStatementDefinesItsNamesAllTheSame() {
    Diagnostic found = only("layer norm(X) {\n  input rv;\n  A = X ./ sqrt(rv);\n  return A - rv;\n}\n" + HEAD + "P = norm(X) |> dense(1);\n}\n");
    assertEquals("input rv;", found.span().orElseThrow().text());
  }

  @Test
  void anOptimizerIsToldWhatItSees() {
    Diagnostic found = only("optimizer trust(rate = 0.1) {\n  w = w - rate * g / sqrt(sum(g^2));\n}\n" + HEAD
        + "P = dense(X, 1); minimize J = mean(squared(P, Y)); train trust();\n}\n");
    assertEquals(List.of("an optimizer can use norms of whole parameters: `norm(w)`, `norm(g)`, and `gradnorm` of all gradients"), found.help());
  }

  @Test
  void aFunctionAsASizeIsReportedBesideOtherMistakes() {
    Diagnostics diagnostics = new Diagnostics();
    Models.resolve(NnParser.parse(new Source("a.nn", HEAD + "A = sigmoid(Xx); H = dense(X, relu); P = dense(H, 1);"
        + " minimize J = mean(squared(P, Y)); }"), diagnostics), SourceLoader.NONE, diagnostics);
    assertEquals(List.of("E102", "E125"), diagnostics.sorted().stream().map(fault -> fault.code().code).toList());
  }
}
