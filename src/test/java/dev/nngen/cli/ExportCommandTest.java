package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nngen.Slow;
import dev.nngen.samples.Texts;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command writes files that predict as {@code nngen predict} does, on features as they are in the data. */
@Slow
class ExportCommandTest {

  private static final String MODEL = "model Net { input X[2]; input Z[1]; target Y[3] where colsum(Y) == 1; H = dense(X, 4) |> batchnorm |> tanh |> dropout(0.1); P = dense(H .* Z, 3) |> softmax; "
      + "minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.05); }";

  @TempDir
  private Path folder;

  /** Large features that hardly vary, so that scaling in single precision would lose them. */
  private Path data() throws IOException {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder("a,b,c,kind\n");
    for (int k = 0; k < 60; k++) {
      text.append(String.format("%d,%d,%d,%s%n", 100_000 + k % 3 * 20 + random.nextInt(9), 7 * (k % 3) + random.nextInt(5), random.nextInt(100), List.of("red", "green", "blue").get(k % 3)));
    }
    return Files.writeString(folder.resolve("data.csv"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f64"})
  void exportedNetworksTakeDataAsItIs(String precision) throws IOException, OrtException {
    Path model = Files.writeString(folder.resolve("net.nn"), MODEL);
    Path data = data();
    run("train", model, "--data", data, "-d", folder, "--epochs", "20", "--precision", precision, "--quiet");
    Path weights = folder.resolve("Net.safetensors");
    Path file = folder.resolve("net.onnx");
    assertEquals(file + System.lineSeparator(), run("export", model, "--weights", weights, "-o", file, "--precision", precision).out());
    byte[] first = Files.readAllBytes(file);
    run("export", model, "--weights", weights, "-o", file, "--precision", precision);
    assertArrayEquals(first, Files.readAllBytes(file));

    List<String> rows = Files.readAllLines(data).subList(1, 61);
    double[][] expected = run("predict", model, "--data", data, "--weights", weights, "--precision", precision).out().lines().skip(1)
        .map(line -> line.split(",")).map(fields -> IntStream.rangeClosed(fields.length - 3, fields.length - 1).mapToDouble(k -> Double.parseDouble(fields[k])).toArray())
        .toArray(double[][]::new);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(first)) {
      Map<String, String> metadata = session.getMetadata().getCustomMetadata();
      assertEquals("[\"blue\",\"green\",\"red\"]", metadata.get("classes"));
      assertEquals("[\"a\",\"b\",\"c\"]", metadata.get("features"));
      Object actual = session.run(Map.of("X", tensor(environment, rows, precision, 0, 1), "Z", tensor(environment, rows, precision, 2))).get(0).getValue();
      for (int r = 0; r < rows.size(); r++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(expected[r][c], Array.getDouble(Array.get(actual, r), c), precision.equals("f32") ? 1e-5 : 1e-9);
        }
      }
    }
  }

  /** Images are scaled feature by feature in the shape that they have, and whole numbers not at all. */
  @Test
  void imagesAndWholeNumbersAreTakenAsTheyAre() throws IOException, OrtException {
    Path model = Files.writeString(folder.resolve("net.nn"), "model Net { input shade of 3; input X[2, 3, 1, m]; target Y[2] where colsum(Y) == 1; "
        + "A[c, y] = X[1 - c, y, 0]; P = dense(concat(flatten(A), embedding(shade, 2)), 2) |> softmax; minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.05); }");
    Random random = new Random(4);
    StringBuilder text = new StringBuilder("shade,a,b,c,d,e,f,kind\n");
    for (int k = 0; k < 40; k++) {
      int[] x = random.ints(6, 0, 50).map(entry -> entry * entry).toArray();
      text.append(String.format("%d,%d,%d,%d,%d,%d,%d,%s%n", k % 3, x[0], x[1], x[2], x[3], x[4], x[5], x[0] + x[5] > 1000 ? "dark" : "light"));
    }
    Path data = Files.writeString(folder.resolve("data.csv"), text);
    run("train", model, "--data", data, "-d", folder, "--epochs", "20", "--quiet");
    Path file = folder.resolve("net.onnx");
    run("export", model, "--weights", folder.resolve("Net.safetensors"), "-o", file);

    double[][] rows = Files.readAllLines(data).stream().skip(1).map(row -> IntStream.range(0, 7).mapToDouble(k -> Double.parseDouble(row.split(",")[k])).toArray()).toArray(double[][]::new);
    double[] expected = run("predict", model, "--data", data, "--weights", folder.resolve("Net.safetensors")).out().lines().skip(1)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1))).toArray();
    double[][][][] images = new double[rows.length][2][3][1];
    long[][] shades = new long[rows.length][1];
    for (int r = 0; r < rows.length; r++) {
      shades[r][0] = (long) rows[r][0];
      for (int k = 0; k < 6; k++) {
        images[r][k / 3][k % 3][0] = rows[r][1 + k];
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(Files.readAllBytes(file))) {
      Object actual = session.run(Map.of("shade", OnnxTensor.createTensor(environment, shades), "X", OnnxTensor.createTensor(environment, images))).get(0).getValue();
      for (int r = 0; r < rows.length; r++) {
        assertEquals(expected[r], Array.getDouble(Array.get(actual, r), 1), 1e-9);
      }
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, List<String> rows, String precision, int... columns) throws OrtException {
    double[][] wide = rows.stream().map(row -> row.split(",")).map(fields -> IntStream.of(columns).mapToDouble(k -> Double.parseDouble(fields[k])).toArray())
        .toArray(double[][]::new);
    if (precision.equals("f64")) {
      return OnnxTensor.createTensor(environment, wide);
    }
    float[][] narrow = new float[wide.length][columns.length];
    for (int r = 0; r < wide.length; r++) {
      for (int c = 0; c < columns.length; c++) {
        narrow[r][c] = (float) wide[r][c];
      }
    }
    return OnnxTensor.createTensor(environment, narrow);
  }

  @Test
  void faultsAreReported() throws IOException {
    Path model = Files.writeString(folder.resolve("net.nn"), MODEL);
    Path other = Texts.SAMPLES.resolve("iris/iris.nn");
    assertFault("E209", "export", model, "--weights", folder.resolve("missing.safetensors"));
    Path weights = Files.writeString(folder.resolve("text.safetensors"), "no weights at all");
    assertFault("E209", "export", other, "--weights", weights);
    assertEquals(2, Command.run("export", model, "--weights", weights, "-o", "-").status());
    assertEquals(2, Command.run("export", model).status());
  }

  private static void assertFault(String code, Object... arguments) {
    Command command = Command.run(arguments);
    assertEquals(1, command.status());
    assertTrue(command.err().contains("error[" + code + "]"), command.err());
  }

  private static Command run(Object... arguments) {
    Command command = Command.run(arguments);
    assertEquals(0, command.status(), command.err());
    return command;
  }
}
