package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Options.Precision;
import dev.nngen.diag.Source;
import dev.nngen.samples.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX Runtime and the generated class predict the same: for every sample, and every activation and layer of the library. */
@Slow
class OnnxExportTest {

  private static final String ACTIVATION = """
      model Net { input X[4]; target Y[3]; H = dense(X, 5) |> %1$s; P = dense(H, 3) |> %1$s; minimize J = mean(halfsquared(P, Y)); }
      """;
  private static final String LAYER = "model Net { input X[4]; target Y[3]; P = %s; minimize J = mean(halfsquared(P, Y)); }";

  /** A layer of the library, as it is called. */
  private static final Map<String, String> LAYERS = Map.of("dense", "dense(X, 3, tanh)", "linear", "linear(X, 3)", "softmax", "dense(X, 3) |> softmax",
      "logsoftmax", "dense(X, 3) |> logsoftmax", "prelu", "dense(X, 3) |> prelu");

  static List<String> activations() {
    return Texts.definitions("activations.nn");
  }

  static List<String> layers() {
    return Texts.definitions("layers.nn");
  }

  static List<Path> samples() {
    return Texts.below(Texts.SAMPLES).stream().filter(sample -> !sample.startsWith(Texts.MISPRINTS)).toList();
  }

  private static void assertAgrees(Exported exported, Precision precision) {
    for (int samples : new int[] {1, 5}) {
      double difference = exported.difference(samples);
      assertTrue(difference <= (precision == Precision.F32 ? 1e-5 : 1e-9), () -> difference + " " + exported);
      assertTrue(difference >= 0 || precision == Precision.F64 && exported.operators().contains("Erf"), () -> "no kernel for " + exported);
    }
  }

  static void assertAgrees(String text) throws NotExportable {
    Exported.inEachPrecision(text).forEach((precision, exported) -> assertAgrees(exported, precision));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activationsAgree(String name) throws NotExportable {
    assertAgrees(ACTIVATION.formatted(name));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void layersAgree(String name) throws NotExportable {
    assertAgrees(LAYER.formatted(LAYERS.get(name)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void samplesAgree(Path sample) throws NotExportable {
    Source source = Texts.source(sample);
    for (Precision precision : Precision.values()) {
      for (CompiledModel model : Exported.compiled(source, Exported.options(precision))) {
        assertAgrees(Exported.of(model, Exported.options(precision)), precision);
      }
    }
  }

  /** Shapes and wiring: rows, one feature, fixed inputs, products within and across samples, diagonals, sums, attention. */
  @ParameterizedTest
  @ValueSource(strings = {
      "samples rows; model Net { input X[4]; P = dense(X, 3) |> softmax; }",
      "model Net { input X[1]; P = dense(X, 3) |> tanh; }",
      "model Net { input X[1]; P = dense(X, 1) |> sigmoid; }",
      "model Net { input X[4]; input A[2, 4]; P = A * X; }",
      "model Net { input X[4]; input s[1, 1]; P = s * X; }",
      "model Net { input X[4]; param W[4, 4] = glorot; P = X .* (W * X) + X * (X' * X) * 0.1; }",
      "model Net { input X[4]; P = X - colsum(X) / 4; Q = P ./ sqrt(colsum(P.^2) / 4 + 1e-5); output Q; }",
      "model Net { input X[4]; param W[3, 4] = glorot; param b[3] = 0; P = 0.3 * (W * X) - 2 * b + 1; }",
      "model Net { input X[4]; P = X - rowsum(X) / m; output P; }",
      "model Net { input X[4]; param W[4, 4] = glorot; Z = W * X; P = exp(Z) ./ colsum(exp(Z)); }",
      "model Net { input X[4]; P = max(X, 0) + min(X, 0.5) + where(X > 0.25, X, 1) + where(X, 2, X) + abs(X) + floor(X) + sign(X) + (X == 0); }",
      "model Net { input X[4]; param W[2, 4] = glorot; P = colsum((W * X).^2); }",
  })
  void shapesAgree(String text) throws NotExportable {
    assertAgrees(text);
  }

  @Test
  void structureDecidesWhatIsFolded() throws NotExportable {
    String library = "model Net { input X[4]; H = dense(X, 5) |> relu; P = dense(H, 3) |> softmax; }";
    String spelled = """
        fn squash(v) = exp(v);
        model Net { input X[4]; param A[5, 4] = glorot; param b[5] = 0; param C[3, 5] = glorot; param d[3] = 0;
          H = max(0, b + A * X); Z = C * H + d; P = squash(Z) ./ colsum(squash(Z)); }
        """;
    List<String> expected = List.of("Gemm", "Relu", "Gemm", "Softmax");
    assertEquals(expected, Exported.of(library, Precision.F32).operators());
    assertEquals(expected, Exported.of(spelled, Precision.F64).operators());
    String normalized = """
        model Net { input X[4]; Z = dense(X, 8); mu = colsum(Z) / 8; D = Z - mu; v = colsum(D.^2) / 8; N = D ./ sqrt(v + 1e-5);
          P = dense(N, 3) |> logsoftmax; output P; }
        """;
    assertEquals(List.of("Gemm", "LayerNormalization", "Gemm", "LogSoftmax"), Exported.of(normalized, Precision.F32).operators());
    assertAgrees(normalized);
    assertEquals(List.of("Gemm", "Sigmoid"), Exported.of("model Net { input X[4]; P = 1 ./ (1 + exp(-dense(X, 1))); }", Precision.F32).operators());
  }

  @Test
  void operatorsHaveTheModelsNamesAndFormulas() throws NotExportable {
    byte[] file = Exported.of("model Net { input X[4]; H = dense(X, 5) |> tanh; P = dense(H, 3); }", Precision.F32).bytes;
    assertEquals(List.of("Z_H", "H", "P"), OnnxReader.nodes(file, 2));
    assertEquals(List.of("Z_H = W_H * X + b_H", "H = tanh(Z_H)", "P = W_P * H + b_P\nZ_P = P"), OnnxReader.nodes(file, 6));
    assertEquals(List.of("about=a test"), OnnxReader.metadata(file));
  }

  @Test
  void sameModelSameBytes() throws NotExportable {
    String text = ACTIVATION.formatted("gelu");
    assertArrayEquals(Exported.of(text, Precision.F32).bytes, Exported.of(text, Precision.F32).bytes);
  }

  @Test
  void saysWhatCannotBeExported() {
    String message = assertThrows(NotExportable.class, () -> Exported.of("model Net { input A[2, 2]; target Y[1]; P = A / m; minimize J = mean(Y .* sum(P)); output P; }", Precision.F64)).getMessage();
    assertEquals("the output P depends on the number of samples in P, but no input runs over the samples", message);
  }

  @Test
  void everyLayerOfTheLibraryIsTested() {
    List<String> missing = new ArrayList<>(layers());
    missing.removeAll(LAYERS.keySet());
    assertEquals(List.of(), missing);
    assertTrue(Stream.of(activations(), samples()).noneMatch(List::isEmpty));
  }
}
