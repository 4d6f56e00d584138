package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.compiler.Options.Precision;
import dev.nngen.samples.Texts;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrences and sizes that are known at run time in ONNX: the runtime and the generated class predict the same. */
@Slow
class RecurrenceExportTest {

  static List<String> models() {
    return Texts.read(Path.of("src/test/resources/dev/nngen/onnx/recurrences.txt")).lines().filter(line -> !line.startsWith("#")).toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void recurrencesAgree(String text) throws NotExportable {
    OnnxExportTest.assertAgrees(text);
  }

  @Test
  void everyRecurrentLayerIsTested() {
    List<String> layers = Texts.definitions("recurrent.nn");
    assertEquals(List.of(), layers.stream().filter(layer -> models().stream().noneMatch(model -> model.matches(".*\\b" + layer + "\\b.*"))).toList());
  }

  /** The operators of a model that are not there for the order of axes, in single precision. */
  private static List<String> operators(String text) throws NotExportable {
    OnnxExportTest.assertAgrees(text);
    return Exported.of(text, Precision.F32).operators().stream().filter(operator -> !List.of("Transpose", "Squeeze", "Unsqueeze").contains(operator)).toList();
  }

  @Test
  void layersAreOneOperator() throws NotExportable {
    assertEquals(List.of("RNN"), operators("model Net { input X[3, 5, m]; P = rnn(X, 4); }"));
    assertEquals(List.of("LSTM", "LSTM"), operators("samples rows; model Net { input X[m, 5, 3]; P = lstm(lstm(X, 2), 4); }"));
    assertEquals(List.of("GRU"), operators("size time; model Net { input X[3, time, m]; P = gru(X, 4); }"));
    assertEquals(2, operators("model Net { input X[3, 5, m]; P = bidirectional(X, 4); }").stream().filter("LSTM"::equals).count());
  }

  /** However it is named, stacked and directed. */
  @Test
  void structureDecidesWhatIsFolded() throws NotExportable {
    assertEquals(List.of("RNN"), operators("model Net { input Q[3, 5, m]; param V[4, 4] = glorot; param U[4, 3] = glorot; param a[4]; param d[4];"
        + " over k { start S = 0; S = relu(a + V * next(S) + d + U * Q[:, k]); } P = S; }"));
    assertEquals(List.of("LSTM"), operators("model Net { input Q[3, 5, m]; param A[4, 3] = glorot; param B[4, 3] = glorot; param C[4, 3] = glorot; param D[4, 3] = glorot;"
        + " param a[4, 4] = glorot; param b[4, 4] = glorot; param c[4, 4] = glorot; param d[4, 4] = glorot; param s[4]; param r[4];"
        + " over k { start Y = 0; start M = 0; M = tanh(D * Q[:, k] + d * prev(Y)) .* sigmoid(C * Q[:, k] + c * prev(Y) + s) + prev(M) .* sigmoid(b * prev(Y) + r + B * Q[:, k]);"
        + " Y = tanh(M) .* sigmoid(A * Q[:, k] + a * prev(Y)); } P = Y; }"));
    assertEquals(List.of("GRU"), operators("model Net { input Q[3, 5, m]; param A[4, 3] = glorot; param B[4, 3] = glorot; param C[4, 3] = glorot;"
        + " param a[4, 4] = glorot; param b[4, 4] = glorot; param c[4, 4] = glorot; param s[4];"
        + " over k { start Y = 0; z = sigmoid(A * Q[:, k] + a * prev(Y)); r = sigmoid(B * Q[:, k] + b * prev(Y)); n = tanh(C * Q[:, k] + c * (r .* prev(Y)) + s);"
        + " Y = z .* n + (1 - z) .* prev(Y); } P = Y; }"));
  }

  /** Recurrences with other results or computations than an operator's become loops of primitives. */
  @Test
  void otherRecurrencesAreLoops() throws NotExportable {
    assertEquals(1, scans("model Net { input X[3, 5, m]; param W[4, 3] = glorot; param U[4, 4] = glorot; over t { start H = 1; H = tanh(W * X[:, t] + U * prev(H)); } P = H; }"));
    assertEquals(1, scans("model Net { input X[3, 5, m]; input Z[4, 5, m]; param W[4, 3] = glorot; param U[4, 4] = glorot; over t { start H = 0; H = tanh(W * X[:, t] + U * prev(H) + Z[:, t]); } P = H; }"));
    assertEquals(1, scans("model Net { input X[3, 5, m]; param W[3, 3] = glorot; over t { start H = 0; H = tanh(W * X[:, t] + W * prev(H)) .* X[:, t]; } P = H; }"));
  }

  private static long scans(String text) throws NotExportable {
    return operators(text).stream().filter("Scan"::equals).count();
  }

  /** The models of letters, which only a page has. */
  @Test
  void modelsOfLettersAgree() throws NotExportable {
    List<String> models = Pattern.compile("(?s)```nn\n(.*?)```").matcher(Texts.read(Texts.SAMPLES.resolve("kjv").resolve("README.md"))).results().map(block -> block.group(1)).toList();
    assertEquals(2, models.size());
    for (String model : models) {
      OnnxExportTest.assertAgrees(model);
    }
  }

  @Test
  void sameModelSameBytes() throws NotExportable {
    String text = "size n; model Net { input X[3, n, m]; P = bidirectional(X, 4, gru); over t { start S = 0; S = 0.5 * prev(S) + P[:, t]; } Q = S; output Q; }";
    for (Precision precision : Precision.values()) {
      assertArrayEquals(Exported.of(text, precision).bytes, Exported.of(text, precision).bytes);
    }
  }
}
