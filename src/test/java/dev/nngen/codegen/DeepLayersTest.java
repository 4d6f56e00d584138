package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many equal layers share the methods that compute them, and compute what each of its own would. */
@Slow
class DeepLayersTest {

  private static final int UNITS = 4;
  private static final int SAMPLES = 70;
  /** A block of samples and one more, of which more would take long without the optimizing compiler. */
  private static final int SAMPLES_OF_WIDE_LAYERS = 17;

  private static final Pattern LOOP = Pattern.compile("for \\(int k = \\d; k <= \\d\\d; k\\+\\+\\) \\{\n      forward");

  /** The stack that the launcher asks for. */
  private static final long STACK = 4 << 20;

  @TempDir
  Path folder;

  /** {@code I} is the layer's number, {@code J} that of the previous layer. */
  @ParameterizedTest
  @CsvSource(delimiter = '!', value = {
      "f64 ! columns ! HI = dense(HJ, 5) |> relu",
      "f64 ! rows ! HI = dense(HJ, 5) |> tanh",
      "f32 ! columns ! HI = dense(HJ, 5) |> sigmoid",
      "f64 ! columns ! HI = HJ + 0.1 * dense(dense(HJ, 7) |> relu, 5)",
      "f64 ! columns ! GI = dense(HJ, 5) |> tanh; HI = dense(GI, 5) |> sigmoid",
      "f64 ! columns ! param aI = 0.5; HI = aI * tanh(W * HJ) + X",
      "f64 ! rows ! layer_I_in = dense(HJ, 5); HI = softmax(layer_I_in) + sin(layer_I_in)"})
  void agreesWithTheInterpreter(String precision, String samples, String layer) {
    for (Agreement agreement : Agreement.ofAll(model(precision, samples, layer, 30, "adam(rate = 0.01)"), 1)) {
      agreement.check(17, 1, 3);
      assertTrue(LOOP.matcher(agreement.text().text()).find(), () -> agreement.text().text());
    }
  }

  @ParameterizedTest
  @CsvSource({"rows", "columns"})
  void agreesWhereLayersAreDividedAmongThreads(String samples) {
    Program<Phase.Simplified> model = model("f64", samples, "HI = dense(HJ, 70) |> tanh", 26, "sgd(rate = 0.1)");
    for (Agreement agreement : Agreement.of(DividedKernels.ALL, model, Agreement.drawn(model, new Random(1)))) {
      agreement.checkThreads(2, 37, 1, 16);
      assertTrue(agreement.text().text().contains("layer = k;"), () -> agreement.text().text());
    }
  }

  @Test
  void fewLayersHaveMethodsOfTheirOwn() {
    String java = new Agreement(model("f64", "columns", "HI = dense(HJ, 5) |> relu", 12, "sgd(rate = 0.1)"), 1).text().text();
    assertTrue(java.contains("forwardH12();"), java);
    assertFalse(java.contains("forwardH("), java);
  }

  /** All rounds but those at the borders are written alike, in both passes, whatever random points say of the digits of a round. */
  @Test
  void blocksOfATransformerShareTheirMethods() {
    String java = new Agreement(SampleModelTest.simplified("deep.nn", "model Deep { input word[6] of 5; target next[6] of 5; H = embedding(word, 8);"
        + " repeat 48 { H = transformer(H, heads = 2, hidden = 12, mix = causalattention); } P = layernorm(H) |> dense(5) |> softmax;"
        + " minimize J = mean(crossentropy(P, next)); train sgd(rate = 0.1); }").get(0), 1).text().text();
    List<String> ofMiddleRounds = Pattern.compile("private void (\\w+_(\\d+))\\(").matcher(java).results()
        .filter(method -> Integer.parseInt(method.group(2)) > 2 && Integer.parseInt(method.group(2)) < 47).map(method -> method.group(1)).toList();
    assertEquals(List.of(), ofMiddleRounds);
    assertTrue(java.contains("for (int k = 2; k <= 47; k++) {") || java.contains("for (int k = 1; k <= 47; k++) {"), java);
  }

  @Test
  void blocksOfATransformerAgreeWithTheInterpreter() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("deep.nn", "model Deep { input word[3] of 5; target next[3] of 5; H = embedding(word, 4);"
        + " repeat 27 { H = transformer(H, heads = 2, hidden = 6, mix = causalattention); } P = dense(H, 5) |> softmax;"
        + " minimize J = mean(crossentropy(P, next)); train sgd(rate = 0.1); }").get(0);
    for (Agreement agreement : Agreement.of(List.of(new EjmlKernels(), new VectorKernels()), model, Agreement.drawn(model, new Random(1)))) {
      agreement.check(5, 1);
      assertTrue(agreement.text().text().contains("; k++) {\n      backward") || agreement.text().text().contains("; k--) {\n      backward"), () -> agreement.text().text());
    }
  }

  /** Wide layers are divided among threads, and the widest have their gradients fused with the update. */
  @ParameterizedTest
  @CsvSource({"5, sgd(rate = 0.1)", "5, adam(rate = 0.01)", "5, clipnorm(0.5) |> momentum(rate = 0.01)", "370, sgd(rate = 0.1)"})
  void stepsAgreeBetweenKernelSets(int units, String optimizer) throws Exception {
    Program<Phase.Simplified> model = model("f64", "columns", "HI = dense(HJ, " + units + ") |> tanh", 26, optimizer);
    double[] expected = null;
    for (Agreement agreement : Agreement.ofAll(model, 1)) {
      double[] trained = trained(agreement.generated(), units > SAMPLES ? SAMPLES_OF_WIDE_LAYERS : SAMPLES);
      for (int k = 0; expected != null && k < trained.length; k++) {
        assertEquals(expected[k], trained[k], 1e-10);
      }
      expected = trained;
    }
  }

  private static double[] trained(GeneratedClass generated, int samples) throws Exception {
    boolean threads = generated.type().getConstructors().length > 1;
    GeneratedClass.Instance instance = threads ? generated.create(SAMPLES, 2) : generated.create(SAMPLES);
    instance.call("initialize", 1L);
    Random random = new Random(1);
    for (int step = 0; step < 3; step++) {
      instance.call("step", drawn(5, samples, random), drawn(1, samples, random));
    }
    double[] parameters = new double[generated.type().getField("PARAMETER_COUNT").getInt(null)];
    instance.call("getParameters", parameters, 0);
    if (threads) {
      instance.call("close");
    }
    return parameters;
  }

  private static DMatrixRMaj drawn(int rows, int columns, Random random) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    for (int k = 0; k < matrix.data.length; k++) {
      matrix.data[k] = random.nextGaussian();
    }
    return matrix;
  }

  private static Program<Phase.Simplified> model(String precision, String samples, String layer, int layers, String optimizer) {
    String text = IntStream.rangeClosed(1, layers)
        .mapToObj(k -> layer.replace("HJ", k == 1 ? "X" : "HJ").replaceAll("I(?![a-z])", Integer.toString(k)).replace("J", Integer.toString(k - 1)))
        .collect(Collectors.joining("; "));
    return SampleModelTest.simplified("deep.nn", "precision " + precision + "; model Deep { samples " + samples + "; input X[5]; target Y[1]; "
        + "param W[5, 5] = glorot; " + text + "; P = dense(H" + layers + ", 1); minimize Loss = mean(squared(P, Y)); train " + optimizer + "; }").get(0);
  }

  /** Compiled on the launcher's stack: one step of 2,000 layers, against loops that say what it does. */
  @Test
  void twoThousandLayers() throws Exception {
    int layers = 2000;
    String text = IntStream.rangeClosed(1, layers).mapToObj(k -> "H" + k + " = dense(" + (k == 1 ? "X" : "H" + (k - 1)) + ", 4) |> relu;")
        .collect(Collectors.joining("\n"));
    GeneratedClass generated = new Agreement(simplified("model Deep { input X[4]; target Y[4]; " + text
        + " minimize J = sum((H2000 - Y) .^ 2); train sgd(rate = 0.001); }"), 1).generated();
    MethodSizes.assertShort(generated, folder);
    Random random = new Random(1);
    double[][][] weights = new double[layers][UNITS][UNITS];
    double[] flat = new double[layers * (UNITS * UNITS + UNITS)];
    for (int k = 0; k < layers; k++) {
      for (int i = 0; i < UNITS; i++) {
        weights[k][i] = random.doubles(UNITS, 0.2, 0.3).toArray();
        System.arraycopy(weights[k][i], 0, flat, (UNITS + 1) * UNITS * k + UNITS * i, UNITS);
      }
    }
    DMatrixRMaj x = new DMatrixRMaj(UNITS, 1, true, random.doubles(UNITS).toArray());
    DMatrixRMaj y = new DMatrixRMaj(UNITS, 1, true, random.doubles(UNITS, 0, 1e-3).toArray());
    GeneratedClass.Instance instance = generated.create(SAMPLES);
    instance.call("setParameters", flat, 0);
    double loss = instance.<Double>call("step", x, y);
    double[] stepped = new double[flat.length];
    instance.call("getParameters", stepped, 0);
    assertEquals(descend(weights, flat, x.data, y.data), loss, 1e-12 * loss);
    for (int k = 0; k < flat.length; k++) {
      assertEquals(flat[k], stepped[k], 1e-12);
    }
  }

  private static Program<Phase.Simplified> simplified(String text) throws InterruptedException {
    AtomicReference<Program<Phase.Simplified>> model = new AtomicReference<>();
    Thread thread = new Thread(null, () -> model.set(SampleModelTest.simplified("deep.nn", text).get(0)), "deep", STACK);
    thread.start();
    thread.join();
    return model.get();
  }

  /** Takes the step in {@code flat} and returns the loss; the activations are positive throughout. */
  private static double descend(double[][][] weights, double[] flat, double[] x, double[] y) {
    double[][] activations = new double[weights.length + 1][UNITS];
    activations[0] = x;
    for (int k = 0; k < weights.length; k++) {
      for (int i = 0; i < UNITS; i++) {
        for (int j = 0; j < UNITS; j++) {
          activations[k + 1][i] += weights[k][i][j] * activations[k][j];
        }
      }
    }
    double loss = 0;
    double[] error = new double[UNITS];
    for (int i = 0; i < UNITS; i++) {
      error[i] = 2 * (activations[weights.length][i] - y[i]);
      loss += error[i] * error[i] / 4;
    }
    for (int k = weights.length - 1; k >= 0; k--) {
      double[] before = new double[UNITS];
      int at = (UNITS + 1) * UNITS * k;
      for (int i = 0; i < UNITS; i++) {
        for (int j = 0; j < UNITS; j++) {
          flat[at + UNITS * i + j] -= 0.001 * error[i] * activations[k][j];
          before[j] += weights[k][i][j] * error[i];
        }
        flat[at + UNITS * UNITS + i] -= 0.001 * error[i];
      }
      error = before;
    }
    return loss;
  }
}
