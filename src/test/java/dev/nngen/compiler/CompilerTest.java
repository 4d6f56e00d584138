package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import dev.nngen.simplify.Proof;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerTest {

  private static final String MODEL = """
      model Small {
        input X[3];
        target Y[2] where Y in [0, 1];
        Z = dense(X, 2);
        A = sigmoid(Z);
        minimize J = mean(logloss(A, Y));
        CLAIM
      }
      """;

  private final Diagnostics diagnostics = new Diagnostics();

  private List<CompiledModel> derive(String text, Options options) {
    return new Compiler(options, SourceLoader.NONE).derive(new Source("folder/small.nn", text), diagnostics);
  }

  private List<GeneratedFile> generate(String text, Options options) {
    return new Compiler(options, SourceLoader.NONE).generate(new Source("folder/small.nn", text), diagnostics);
  }

  private static String model(String claim) {
    return MODEL.replace("CLAIM", claim);
  }

  @Test
  void optionsGiveOpenSizesNumbers() {
    String text = "size time; model Net { input S[2, time, m]; P = last(S); }";
    Options given = new Options("", Options.Kernels.EJML, Optional.empty(), Map.of("time", 7));
    assertTrue(generate(text, Options.DEFAULT).get(0).text().contains("maxTime"));
    String fixed = generate(text, given).get(0).text();
    assertTrue(fixed.contains("requireShape(\"S\", S, 2 * 7, m)") && !fixed.contains("maxTime"), fixed);
    assertEquals(List.of(), generate("size time = 3; model Net { input S[2, time, m]; P = last(S); }", given));
    assertEquals("folder/small.nn: no size `time` is left open", diagnostics.sorted().get(0).message());
  }

  @Test
  void provedClaimsAreNoDiagnostics() {
    CompiledModel model = derive(model("prove grad(J, Z) == (A - Y) / m;"), Options.DEFAULT).get(0);
    assertTrue(model.claims().get(0).proof() instanceof Proof.Proved);
    assertFalse(diagnostics.hasErrors());
  }

  @Test
  void refutedClaimsAreErrorsAtTheClaimAndStopTheOutput() {
    assertEquals(List.of(), generate(model("prove grad(J, Z) == (A - Y);"), Options.DEFAULT));
    Diagnostic refuted = diagnostics.sorted().get(0);
    assertEquals(ErrorCode.REFUTED, refuted.code());
    assertTrue(refuted.span().orElseThrow().text().startsWith("prove grad(J, Z)"));
    assertTrue(refuted.help().get(0).contains("Y = ["), refuted.help().get(0));
  }

  @Test
  void claimsThatCannotBeDecidedAreErrorsToo() {
    // True, but by an identity that no rule of the simplifier knows.
    List<CompiledModel> models = derive(model("prove sin(2 * A) == 2 * sin(A) .* cos(A);"), Options.DEFAULT);
    assertTrue(models.get(0).claims().get(0).proof() instanceof Proof.Unproved);
    assertEquals(List.of(ErrorCode.NOT_PROVED), diagnostics.sorted().stream().map(Diagnostic::code).toList());
  }

  @Test
  void equalTextAndOptionsGiveEqualBytes() {
    Options options = new Options("a.b", Options.Kernels.EJML, Optional.empty());
    assertEquals(generate(model(""), options), generate(model(""), options));
    assertEquals("a/b/Small.java", generate(model(""), options).get(0).path());
  }

  @Test
  void theHeaderNamesTheFileWithoutItsFolder() {
    String text = generate(model(""), Options.DEFAULT).get(0).text();
    assertTrue(text.contains(" from small.nn (SHA-256 "), text.lines().findFirst().orElseThrow());
    assertFalse(text.contains("folder"));
  }

  @Test
  void precisionMayBeOverridden() {
    Options single = new Options("", Options.Kernels.EJML, Optional.of(Options.Precision.F32));
    Options asWritten = Options.DEFAULT;
    assertTrue(generate(model(""), single).get(0).text().contains("FMatrixRMaj"));
    assertTrue(generate("precision f32;" + model(""), asWritten).get(0).text().contains("FMatrixRMaj"));
    Options twice = new Options("", Options.Kernels.EJML, Optional.of(Options.Precision.F64));
    assertFalse(generate("precision f32;" + model(""), twice).get(0).text().contains("FMatrixRMaj"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sigmoid", "small", "_S", "dense"})
  void modelsMayHaveAnyNameThatAClassMayHave(String name) {
    String path = generate(model("").replace("Small", name), Options.DEFAULT).get(0).path();
    assertEquals(name + ".java", path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Math", "String", "class", "true", "_"})
  void modelsMayNotHaveNamesThatAClassMayNotHave(String name) {
    assertEquals(List.of(), generate(model("").replace("Small", name), Options.DEFAULT));
    assertEquals(ErrorCode.INVALID_NAME, diagnostics.sorted().get(0).code());
  }
}
