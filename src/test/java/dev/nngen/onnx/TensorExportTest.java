package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.compiler.Options.Precision;
import dev.nngen.samples.Texts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Index equations, layers over tensors and whole numbers in ONNX: the runtime and the generated class predict the same. */
@Slow
class TensorExportTest {

  static List<String> models() {
    return Texts.read(Path.of("src/test/resources/dev/nngen/onnx/tensors.txt")).lines().filter(line -> !line.startsWith("#")).toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void tensorsAgree(String text) throws NotExportable {
    OnnxExportTest.assertAgrees(text);
  }

  @Test
  void everyLayerOfTensorsIsTested() {
    List<String> layers = Texts.definitions("tensors.nn");
    assertEquals(List.of(), layers.stream().filter(layer -> models().stream().noneMatch(model -> model.matches(".*\\b" + layer + "\\b.*"))).toList());
  }

  /** A convolution is one however its indices and layers are called, and whatever the order of its factors. */
  @Test
  void structureDecidesWhatIsFolded() throws NotExportable {
    String library = "model Net { input X[1, 8, 8, m]; A = conv2d(X, 4, 3, padding = 1) |> relu; B = maxpool2d(A, 2); C = avgpool2d(B, 2); P = dense(flatten(C), 3) |> softmax; }";
    String spelled = """
        model Net { input X[1, 8, 8, m]; param F[4, 1, 3, 3] = he; param shift[4];
          T[r, w: 8, q: 8] = shift[r] + sum[k: 3, c, i: 3] pad(X)[c, w - 1 + k, i + q - 1] * F[r, c, k, i]; R[b, s, j] = max(0, T[b, s, j]);
          L[t, a: 4, x: 4] = max[v: 2, e: 2] R[t, e + 2*a, 2*x + v]; M[t, a: 2, x: 2] = sum[v: 2, e: 2] L[t, e + 2*a, 2*x + v] / 4;
          Z[k: 16] = sum[f: 4, g: 2, h: 2 : k == 4*f + 2*g + h] M[f, g, h]; P = dense(Z, 3) |> softmax; }
        """;
    List<String> expected = List.of("Squeeze", "Unsqueeze", "Unsqueeze", "Conv", "Relu", "MaxPool", "AveragePool", "Reshape", "Gemm", "Softmax");
    assertEquals(expected, Exported.of(library, Precision.F32).operators());
    assertEquals(expected, Exported.of(spelled, Precision.F32).operators().stream().filter(operator -> !operator.equals("Transpose")).toList());
    assertEquals(List.of("Conv"), Exported.of("model Net { input X[2, 9, m]; P = conv1d(X, 3, 4, stride = 2, padding = 1); }", Precision.F32).operators());
    assertEquals(List.of("Transpose", "LayerNormalization", "Transpose"), Exported.of("model Net { input X[6, 4, m]; P = layernorm(X); }", Precision.F32).operators());
    assertEquals(List.of("BatchNormalization"), Exported.of("model Net { input X[4]; P = batchnorm(X); }", Precision.F32).operators());
    assertEquals(List.of("BatchNormalization"), Exported.of("model Net { input X[4]; state mean[4] = 0; state v[4] = 1; D = (X - mean) ./ sqrt(0.25 + v); P = D; update mean = 0.5 * mean; update v = 0.5 * v + 0.5; }", Precision.F64).operators());
    assertEquals(List.of("Gather", "Transpose"), Exported.of("model Net { input word[5] of 7; P = embedding(word, 4); }", Precision.F32).operators());
  }

  @Test
  void sameModelSameBytes() throws NotExportable {
    String text = "model Net { input word[5] of 7; E = embedding(word, 4); P = transformer(E, 2, 3, mix = causalattention); }";
    assertArrayEquals(Exported.of(text, Precision.F32).bytes, Exported.of(text, Precision.F32).bytes);
  }
}
