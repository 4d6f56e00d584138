package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import dev.nngen.simplify.Proof;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formula that a refuted claim about a gradient suggests is correct: pasted back, it is proved. */
class DerivedGradientTest {

  private static final String DERIVED = "derived: ";

  private static String model(String statements, String claim) {
    return """
        model M {
          input X[4];  target Y[3] where colsum(Y) == 1;  input T[4] where T in [0, 1];
          param W[3, 4] = glorot;  param b[3] = 0;  param V[2, 4] = glorot;  param s = 1;
          Z = W * X + b;
          %s
          output Z;
          prove %s;
        }
        """.formatted(statements, claim);
  }

  private static Optional<String> derived(String statements, String claim) {
    Diagnostics diagnostics = new Diagnostics();
    CompiledModel compiled = compile(model(statements, claim), diagnostics);
    assertInstanceOf(Proof.Refuted.class, compiled.claims().get(0).proof());
    List<String> help = help(diagnostics);
    assertTrue(help.get(0).startsWith("the sides differ where"), help.get(0));
    return help.stream().skip(1).findFirst().map(line -> line.substring(DERIVED.length()));
  }

  private static List<String> help(Diagnostics diagnostics) {
    return diagnostics.sorted().stream().filter(diagnostic -> diagnostic.code() == ErrorCode.REFUTED).findFirst().orElseThrow().help();
  }

  private static CompiledModel compile(String text, Diagnostics diagnostics) {
    return new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source("m.nn", text), diagnostics).get(0);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "P = softmax(Z), minimize J = mean(crossentropy(P, Y)); grad(J, Z) == P - Y; grad(J, Z) == (1/m) * (P - Y)",
      "P = softmax(Z), minimize J = mean(crossentropy(P, Y)); grad(J, W) == (P - Y) * X'; grad(J, W) == (1/m) * (P - Y) * X'",
      "P = softmax(Z), minimize J = mean(crossentropy(P, Y)); rowsum(P) == grad( J,b ); grad(J, b) == (1/m) * rowsum(P - Y)",
      "minimize J = sum((Z - Y) .^ 2) / 2; grad(J, W) == 2 * (Z - Y) * X'; grad(J, W) == (Z - Y) * X'",
      "minimize J = sum(Z); grad(sum((Z - Y) .^ 2), b) == b; grad(sum((Z - Y).^2), b) == 2 * rowsum(Z - Y)",
      "minimize J = mean(halfsquared(Z, Y)), G = grad(J, Z); grad(J, Z) == Z; grad(J, Z) == (1/m) * (Z - Y)",
      "R = V' * (V * X) - X, minimize J = 0.5 * sum(R .^ 2) + sum(Z); grad(J, V) == V * R * X'; grad(J, V) == V * X * R' + V * R * X'"})
  void saysWhatHolds(String statements, String claim, String expected) {
    String text = statements.replace(",", ";").replaceAll("\\(([^()]*);", "($1,") + ";";
    String holds = derived(text, claim).orElseThrow();
    assertEquals(expected.replace(" ", ""), holds.replace(" ", ""));
    assertProved(text, holds);
  }

  private static void assertProved(String statements, String claim) {
    Diagnostics diagnostics = new Diagnostics();
    CompiledModel compiled = compile(model(statements, claim), diagnostics);
    assertInstanceOf(Proof.Proved.class, compiled.claims().get(0).proof(), claim);
  }

  /** Every suggestion is proved when it is pasted back; without a short formula there is no suggestion. */
  @ParameterizedTest
  @ValueSource(strings = {"sigmoid", "tanh", "relu", "gelu", "swish", "softplus", "elu", "softmax", "logsoftmax", "softsign", "hardtanh"})
  void whatIsSaidIsProved(String activation) {
    for (String loss : List.of("halfsquared(A, Y)", "A .* Y")) {
      String statements = "A = " + activation + "(Z); minimize J = mean(" + loss + ");";
      for (String of : List.of("A", "Z", "W")) {
        derived(statements, "grad(J, " + of + ") == 7 + 0 * " + of).ifPresent(holds -> assertProved(statements, holds));
      }
    }
  }

  @Test
  void nothingIsSaidOfOtherClaims() {
    assertEquals(Optional.empty(), derived("minimize J = sum(Z .^ 2);", "Z == 2 * Z"));
    assertEquals(Optional.empty(), derived("minimize J = sum(Z .^ 2);", "2 * grad(J, Z) == Z"));
    assertEquals(Optional.empty(), derived("minimize J = sum(gelu(tanh(Z) .* exp(Z)) .* sin(Z) .* swish(Z));", "grad(J, Z) == Z"));
  }

  /** The gradient of the first layer of a network with bypasses is a sum over 2^20 paths, none of which is ever written out. */
  @Slow
  @Test
  @Timeout(60)
  void nothingIsSaidOfLongGradients() {
    StringBuilder layers = new StringBuilder("H0 = b + Z; ");
    for (int k = 1; k <= 20; k++) {
      layers.append("H").append(k).append(" = H").append(k - 1).append(" + tanh(H").append(k - 1).append("); ");
    }
    assertEquals(Optional.empty(), derived(layers + "minimize J = sum(H20 .* Y);", "grad(J, H0) == Z"));
  }

  @Test
  void samplesInRows() {
    Diagnostics diagnostics = new Diagnostics();
    String text = """
        samples rows;
        model R { input X[4]; target Y[3]; Z = dense(X, 3); minimize J = mean(halfsquared(Z, Y)); prove grad(J, W_Z) == X' * Z; }
        """;
    compile(text, diagnostics);
    String holds = help(diagnostics).get(1).substring(DERIVED.length());
    assertTrue(holds.startsWith("grad(J, W_Z) == "), holds);
    assertTrue(holds.contains("X' * (") && !holds.contains("Z_Z"), holds);
    Diagnostics again = new Diagnostics();
    assertInstanceOf(Proof.Proved.class, compile(text.replace("grad(J, W_Z) == X' * Z", holds), again).claims().get(0).proof());
    assertFalse(again.hasErrors());
  }
}
