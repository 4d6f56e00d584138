package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.codegen.JavaText;
import dev.nngen.train.Json;
import dev.nngen.train.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.ReshapeMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights that {@code nngen train} writes serve from Java as from the command, on features as they are in the data. */
@Slow
class ServingTest {

  private static final int SAMPLES = 90;
  /** Means and deviations that differ by orders of magnitude; the last feature is constant. */
  private static final double[] MEANS = {1000, -3, 0.002, 7};
  private static final double[] DEVIATIONS = {40, 2, 0.0005, 0};

  private record Case(String kernels, String precision, boolean rows, boolean several, String scale) {

    boolean single() {
      return precision.equals("f32");
    }

    String model() {
      String one = "input X[4]; target Y[3]; H = dense(X, 5) |> tanh; P = dense(H, 3) |> softmax; ";
      String three = "input A[1]; input B[2]; input C[1]; target Y[3]; H = dense(A, 4) + dense(B, 4) .* tanh(dense(C, 4)); P = dense(H, 3) |> softmax; ";
      return (rows ? "samples rows;\n" : "") + "model Net { " + (several ? three : one) + "minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.05); }";
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String kernels : List.of("ejml", "plain", "vector")) {
      for (String precision : List.of("f64", "f32")) {
        for (boolean rows : List.of(false, true)) {
          for (boolean several : List.of(false, true)) {
            cases.add(new Case(kernels, precision, rows, several, "standard"));
          }
        }
      }
    }
    Stream.of("minmax", "none", "50").forEach(scale -> cases.add(new Case("plain", "f64", false, true, scale)));
    return cases.stream();
  }

  @TempDir
  private Path folder;

  private final double[][] features = new double[SAMPLES][4];
  private final int[] classes = new int[SAMPLES];

  private Path data() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder csv = new StringBuilder("a,b,c,d,kind\n");
    for (int i = 0; i < SAMPLES; i++) {
      for (int k = 0; k < 4; k++) {
        features[i][k] = (float) (MEANS[k] + DEVIATIONS[k] * (2 * random.nextDouble() - 1));
        csv.append(features[i][k]).append(',');
      }
      classes[i] = features[i][0] > MEANS[0] ? 2 : features[i][1] > MEANS[1] ? 1 : 0;
      csv.append(List.of("red", "\"a \"\"b\"\"\"", "grün").get(classes[i])).append('\n');
    }
    return Files.writeString(folder.resolve("data.csv"), csv);
  }

  private static ReshapeMatrix matrix(Case asked, double[][] samples, int from, int to) {
    int size = to - from;
    int rows = asked.rows() ? samples.length : size;
    int columns = asked.rows() ? size : samples.length;
    double[] entries = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        entries[r * columns + c] = asked.rows() ? samples[r][from + c] : samples[c][from + r];
      }
    }
    if (!asked.single()) {
      return DMatrixRMaj.wrap(rows, columns, entries);
    }
    FMatrixRMaj floats = new FMatrixRMaj(rows, columns);
    for (int k = 0; k < entries.length; k++) {
      floats.data[k] = (float) entries[k];
    }
    return floats;
  }

  private static Object[] inputs(Case asked, double[][] samples) {
    int[] bounds = asked.several() ? new int[] {0, 1, 3, 4} : new int[] {0, 4};
    Object[] inputs = new Object[bounds.length - 1];
    Arrays.setAll(inputs, k -> matrix(asked, samples, bounds[k], bounds[k + 1]));
    return inputs;
  }

  private Object[] withTarget(Case asked, Object[] inputs) {
    double[][] targets = new double[SAMPLES][3];
    for (int i = 0; i < SAMPLES; i++) {
      targets[i][classes[i]] = 1;
    }
    Object[] all = Arrays.copyOf(inputs, inputs.length + 1);
    all[inputs.length] = matrix(asked, targets, 0, 3);
    return all;
  }

  private static double[] entries(Object matrix) {
    if (matrix instanceof DMatrixRMaj doubles) {
      return Arrays.copyOf(doubles.data, doubles.getNumElements());
    }
    FMatrixRMaj floats = (FMatrixRMaj) matrix;
    double[] entries = new double[floats.getNumElements()];
    Arrays.setAll(entries, k -> floats.data[k]);
    return entries;
  }

  private static Command run(Object... words) {
    Command command = Command.run(words);
    assertEquals(0, command.status(), command.err());
    return command;
  }

  private GeneratedClass generated(Case asked, Path model) throws IOException {
    run(model, "-d", folder, "--kernels", asked.kernels(), "--precision", asked.precision());
    return GeneratedClass.compile(new JavaText("", "Net", Files.readString(folder.resolve("Net.java"))));
  }

  /** Returns the outputs of {@code nngen predict}, in the order of the class's matrix. */
  private double[] predicted(Case asked, Path model, Path data, Path weights) {
    List<String> lines = run("predict", model, "--data", data, "--weights", weights, "--kernels", asked.kernels(), "--precision", asked.precision())
        .out().lines().skip(1).toList();
    assertEquals(SAMPLES, lines.size());
    double[][] samples = lines.stream().map(line -> line.substring(line.lastIndexOf('"') + 1).split(","))
        .map(fields -> Arrays.stream(fields, fields.length - 3, fields.length).mapToDouble(Double::parseDouble).toArray()).toArray(double[][]::new);
    return entries(matrix(asked, samples, 0, 3));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theClassAnswersAsTheCommand(Case asked) throws IOException {
    Path data = data();
    Path model = Files.writeString(folder.resolve("net.nn"), asked.model());
    run("train", model, "--data", data, "-d", folder, "-q", "--epochs", 6, "--kernels", asked.kernels(), "--precision", asked.precision(), "--scale",
        asked.scale());
    Path weights = folder.resolve("Net.safetensors");
    GeneratedClass type = generated(asked, model);
    GeneratedClass.Instance net = type.create(SAMPLES);
    net.call("load", weights);
    double[] expected = predicted(asked, model, data, weights);
    Object[] inputs = inputs(asked, features);
    double tolerance = asked.single() ? 1e-6 : 1e-14;
    assertArrayEquals(expected, entries(net.call("predict", inputs)), tolerance);
    for (int k = 0; k < inputs.length; k++) {
      assertArrayEquals(entries(inputs(asked, features)[k]), entries(inputs[k]), "the caller's matrices are as they were");
    }
    assertArrayEquals(new String[] {"a \"b\"", "grün", "red"}, net.<String[]>call("classNames"));
    assertArrayEquals(new String[] {"kind"}, net.<String[]>call("targetNames"));
    assertEquals(0, type.create(1).<String[]>call("classNames").length);

    Path saved = folder.resolve("saved.safetensors");
    net.call("save", saved);
    assertEquals(Safetensors.read(Files.readAllBytes(weights)).metadata(), Safetensors.read(Files.readAllBytes(saved)).metadata());
    assertArrayEquals(expected, predicted(asked, model, data, saved));
    assertEquals(evaluated(model, data, weights, asked), evaluated(model, data, saved, asked));
    trainsOn(asked, type, net, weights);
  }

  private static String evaluated(Path model, Path data, Path weights, Case asked) {
    return run("eval", model, "--data", data, "--weights", weights, "--precision", asked.precision()).out();
  }

  /** All methods on raw features do what a network without scaling does on scaled ones. */
  private void trainsOn(Case asked, GeneratedClass type, GeneratedClass.Instance net, Path weights) throws IOException {
    Safetensors file = Safetensors.read(Files.readAllBytes(weights));
    Map<?, ?> about = (Map<?, ?>) Json.parse(file.metadata().get("nngen.data"));
    assertEquals(!asked.scale().equals("none"), about.containsKey("shift"));
    double[][] scaled = new double[SAMPLES][4];
    for (int i = 0; i < SAMPLES; i++) {
      for (int k = 0; k < 4; k++) {
        scaled[i][k] = about.containsKey("shift") ? (features[i][k] - number(about, "shift", k)) / number(about, "divisor", k) : features[i][k];
      }
    }
    Map<String, String> bare = new LinkedHashMap<>(file.metadata());
    bare.remove("nngen.data");
    Path plain = Files.write(folder.resolve("plain.safetensors"), new Safetensors(bare, file.tensors()).write());
    GeneratedClass.Instance other = type.create(SAMPLES);
    other.call("load", weights);
    other.call("load", plain);
    Object[] raw = withTarget(asked, inputs(asked, features));
    Object[] divided = withTarget(asked, inputs(asked, scaled));
    double tolerance = asked.single() ? 1e-5 : 1e-12;
    for (String method : List.of("loss", "gradients", "step", "step")) {
      assertEquals(number(other.call(method, divided)), number(net.call(method, raw)), tolerance, method);
    }
    assertEquals(number(other.call("epoch", epoch(divided))), number(net.call("epoch", epoch(raw))), tolerance, "epoch");
    assertArrayEquals(parameters(type, asked, other), parameters(type, asked, net), 10 * tolerance);
  }

  private static Object[] epoch(Object[] data) {
    Object[] arguments = Arrays.copyOf(data, data.length + 2);
    arguments[data.length] = 7;
    arguments[data.length + 1] = 5L;
    return arguments;
  }

  private static double[] parameters(GeneratedClass type, Case asked, GeneratedClass.Instance net) {
    try {
      int count = type.type().getField("PARAMETER_COUNT").getInt(null);
      Object flat = asked.single() ? new float[count] : new double[count];
      net.call("getParameters", flat, 0);
      return asked.single() ? entries(FMatrixRMaj.wrap(1, count, (float[]) flat)) : (double[]) flat;
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static double number(Map<?, ?> json, String list, int k) {
    return (Double) ((List<?>) json.get(list)).get(k);
  }

  private static double number(Object boxed) {
    return ((Number) boxed).doubleValue();
  }

  /** The name of a target of numbers, and weights of another optimizer, by name and shape. */
  @Test
  void parametersOfAnotherOptimizerBringTheirScaling() throws IOException {
    Path data = Files.writeString(folder.resolve("data.csv"), "a,b,width of it\n" + "1000,1,3\n1010,2,5\n1020,5,1\n1005,4,2\n".repeat(8));
    String text = "model Net { input X[2]; target Y[1]; P = dense(X, 1); minimize J = mean((P - Y).^2); train OPTIMIZER(rate = 0.05); }";
    Path model = Files.writeString(folder.resolve("adam.nn"), text.replace("OPTIMIZER", "adam"));
    run("train", model, "--data", data, "-d", folder, "-q", "--epochs", 3);
    Case asked = new Case("ejml", "f64", false, false, "standard");
    GeneratedClass.Instance net = generated(asked, Files.writeString(folder.resolve("sgd.nn"), text.replace("OPTIMIZER", "sgd"))).create(4);
    GeneratedClass.Instance trained = generated(asked, model).create(4);
    Path weights = folder.resolve("Net.safetensors");
    trained.call("load", weights);
    assertEquals(List.of("W_P.mo", "W_P.s", "b_P.mo", "b_P.s"), net.<List<String>>call("loadParameters", weights).stream().sorted().toList());
    DMatrixRMaj x = new DMatrixRMaj(2, 4, true, 1000, 1010, 1020, 1005, 1, 2, 5, 4);
    assertArrayEquals(entries(trained.call("predict", x)), entries(net.call("predict", x)));
    assertTrue(Math.abs(entries(net.call("predict", x))[0]) < 50);
    assertArrayEquals(new String[] {"width of it"}, net.<String[]>call("targetNames"));
    assertEquals(0, net.<String[]>call("classNames").length);
  }
}
