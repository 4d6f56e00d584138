package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Source;
import dev.nngen.formula.Formulas;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Proof;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The equations of the lecture notes, each by its id. The models in {@code generated-samples/backpropagation} state them as
 * {@code prove} statements, with the id in a comment after it; a test proves all statements of its id. {@link GradientsTest}
 * compares the gradients of these models with central differences.
 */
class EquationsTest {

  /** What became of the claims of each model, for the tests of its several rows. */
  private static final Map<Path, List<Proof>> PROOFS = new ConcurrentHashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"A1", "A2", "A3", "A4", "A5", "A6"})
  void twoLayersAveraged(String id) {
    assertProved(id, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"B1", "B2"})
  void oneSample(String id) {
    assertProved(id, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C1", "C2", "C3", "C4"})
  void anyDepthAndWeightsStoredInputsByOutputs(String id) {
    assertProved(id, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"D1", "D2", "D3", "D4", "D5", "D6"})
  void reluNetworks(String id) {
    assertProved(id, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"E1", "E2", "E3", "E4"})
  void anyErrorAndActivation(String id) {
    assertProved(id, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F1", "F2", "F3", "F4", "F5", "F6"})
  void beyondTheNotes(String id) {
    assertProved(id, 1);
  }

  /** Proves every statement with the id, of which there are at least the given number. */
  private static void assertProved(String id, int atLeast) {
    int proved = 0;
    for (Path file : Texts.in(Texts.EQUATIONS)) {
      List<String> lines = Texts.read(file).lines().filter(line -> line.strip().startsWith("prove ")).toList();
      List<Proof> proofs = PROOFS.computeIfAbsent(file, f -> Programs.proofs(Texts.source(f)));
      assertEquals(lines.size(), proofs.size(), file.toString());
      for (int i = 0; i < lines.size(); i++) {
        if (Pattern.compile("// " + id + "\\b").matcher(lines.get(i)).find()) {
          assertTrue(proofs.get(i) instanceof Proof.Proved, file + ": " + proofs.get(i));
          proved++;
        }
      }
    }
    assertTrue(proved >= atLeast, id + ": only " + proved + " statements");
  }

  static List<Path> misprints() {
    return Texts.in(Texts.MISPRINTS).stream().filter(file -> !file.endsWith("orientation.nn")).toList();
  }

  @ParameterizedTest
  @MethodSource("misprints")
  void misprintsAreRefuted(Path file) {
    List<Proof> proofs = Programs.proofs(Texts.source(file));
    assertFalse(proofs.isEmpty());
    proofs.forEach(proof -> assertInstanceOf(Proof.Refuted.class, proof));
  }

  @Test
  void aClaimThatHoldsForOneBatchSizeOnlyIsRefuted() {
    List<Proof> proofs = Programs.proofs(new Source("m.nn", "model T { input X[2]; target Y[2]; A = dense(X, 2);"
        + " minimize J = sum(squared(A, Y)); prove grad(J, A) == 2 / 3 * m * (A - Y); }"));
    assertInstanceOf(Proof.Refuted.class, proofs.get(0));
  }

  @Test
  void mixedOrientationIsAClashOfShapes() {
    List<String> errors = Programs.errors(Texts.source(Texts.MISPRINTS.resolve("orientation.nn")));
    assertEquals(1, errors.size(), errors::toString);
    assertTrue(errors.get(0).contains("m x 4") && errors.get(0).contains("2 x m"), errors::toString);
  }

  /** {@code mo <- b mo - (1-b) g; w <- w + rate * mo / (1 - b^t)}. {@link OptimizersTest} has more steps of these and all others. */
  @Test
  void d8MomentumWithBiasCorrection() {
    double mo = -(1 - 0.9) * 2;
    double first = 0.5 + 0.1 * mo / (1 - 0.9);
    mo = 0.9 * mo - (1 - 0.9) * 3;
    assertArrayEquals(new double[] {first, first + 0.1 * mo / (1 - 0.81)}, twoSteps("momentum(rate = 0.1, beta = 0.9)"), 1e-14);
  }

  /** eps inside the root. */
  @Test
  void d9AdamAsInTheNotes() {
    assertArrayEquals(adam((s, eps) -> Math.sqrt(s + eps)), twoSteps("adaminside(rate = 0.1, eps = 0.5)"), 1e-14);
  }

  /** eps outside the root. */
  @Test
  void d10AdamAsInMostLibraries() {
    assertArrayEquals(adam((s, eps) -> Math.sqrt(s) + eps), twoSteps("adam(rate = 0.1, eps = 0.5)"), 1e-14);
  }

  private static double[] adam(DoubleBinaryOperator root) {
    double mo = (1 - 0.9) * 2;
    double s = (1 - 0.999) * 4;
    double first = 0.5 - 0.1 * mo / (1 - 0.9) / root.applyAsDouble(s / (1 - 0.999), 0.5);
    mo = 0.9 * mo + (1 - 0.9) * 3;
    s = 0.999 * s + (1 - 0.999) * 9;
    return new double[] {first, first - 0.1 * mo / (1 - 0.81) / root.applyAsDouble(s / (1 - 0.999 * 0.999), 0.5)};
  }

  /** A weight of 0.5 after a step with gradient 2, and after another with gradient 3. */
  private static double[] twoSteps(String optimizer) {
    Programs.Steps steps = new Programs.Steps(optimizer);
    double[] weights = new double[2];
    for (int t = 1; t <= 2; t++) {
      steps.step(new double[] {1 + t, 0, 0, 0, 0, 0}, new double[2], t);
      weights[t - 1] = steps.leaves.get("W")[0];
    }
    return weights;
  }

  /** {@code W <- W - rate dL/dW, b <- b - rate dL/db}. */
  @Test
  void b3GradientDescent() {
    Programs.Steps steps = new Programs.Steps("sgd(rate = 0.25)");
    double[] w = steps.leaves.get("W").clone();
    double[] b = steps.leaves.get("b").clone();
    double[] g = {1, -2, 3, -4, 5, -6};
    steps.step(g, new double[] {7, -8}, 1);
    assertArrayEquals(IntStream.range(0, 6).mapToDouble(i -> w[i] - 0.25 * g[i]).toArray(), steps.leaves.get("W"), 1e-15);
    assertArrayEquals(new double[] {b[0] - 0.25 * 7, b[1] + 0.25 * 8}, steps.leaves.get("b"), 1e-15);
  }

  /** D5: as many layers more, as many nodes more, however deep the network is. */
  @Test
  void d5CostGrowsLinearlyWithDepth() {
    int[] nodes = IntStream.of(4, 8, 12, 24).map(layers -> Programs.simplified(deep(layers)).graph().size()).toArray();
    assertEquals(nodes[1] - nodes[0], nodes[2] - nodes[1]);
    assertEquals(3 * (nodes[2] - nodes[1]), nodes[3] - nodes[2]);
  }

  private static String deep(int layers) {
    StringBuilder text = new StringBuilder("model Deep { input X[4]; target Y[4]; H0 = X;\n");
    for (int k = 1; k < layers; k++) {
      text.append("H").append(k).append(" = dense(H").append(k - 1).append(", 4) |> relu;\n");
    }
    return text.append("P = dense(H").append(layers - 1).append(", 4) |> sigmoid; minimize J = mean(logloss(P, Y)); }").toString();
  }

  /** D7: the mean is over the batch's own size. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void d7TheMeanIsOverTheBatchsOwnSize(int size) {
    Program<?> program = Programs.simplified(Texts.source(Texts.EQUATIONS.resolve("d-relu.nn")));
    SplittableRandom random = new SplittableRandom(size);
    Map<String, double[]> parameters = new LinkedHashMap<>();
    Map.of("W1", 20, "b1", 4, "W2", 8, "b2", 2)
        .forEach((name, length) -> parameters.put(name, random.doubles(length, -1, 1).toArray()));
    double[][] x = Stream.generate(() -> random.doubles(5, -1, 1).toArray()).limit(size).toArray(double[][]::new);
    double[][] y = Stream.generate(() -> random.doubles(2, 0, 1).toArray()).limit(size).toArray(double[][]::new);
    double[] whole = gradient(program.graph(), parameters, x, y);
    double[] mean = new double[whole.length];
    for (int c = 0; c < size; c++) {
      double[] one = gradient(program.graph(), parameters, new double[][] {x[c]}, new double[][] {y[c]});
      for (int i = 0; i < mean.length; i++) {
        mean[i] += one[i] / size;
      }
    }
    assertArrayEquals(mean, whole, 1e-14);
  }

  private static double[] gradient(Graph graph, Map<String, double[]> parameters, double[][] x, double[][] y) {
    Map<String, double[]> leaves = new LinkedHashMap<>(parameters);
    leaves.put("X", columns(x));
    leaves.put("Y", columns(y));
    return new Interpreter(graph, leaves, Map.of("m", x.length)).value("dJ/dW1");
  }

  /** Samples side by side as columns, row after row. */
  private static double[] columns(double[][] samples) {
    return IntStream.range(0, samples[0].length).boxed()
        .flatMap(r -> Stream.of(samples).map(sample -> sample[r])).mapToDouble(Double::doubleValue).toArray();
  }

  /** E for every activation and every loss of the library, each pair put into the text of the model. */
  @ParameterizedTest
  @MethodSource("pairs")
  void anyPairOfTheLibrary(String activation, String loss) {
    String text = Texts.read(Texts.EQUATIONS.resolve("e-any-error.nn"));
    String body = text.substring(text.indexOf("model"));
    String argument = loss.equals("nll") ? "-a^2 / 4 - 1 / 4" : "a^2 / 4 + 1 / 4";
    String changed = ("fn f(z) = " + activation + "(z) / 2;\nloss err(a, y) = " + loss + "(" + argument + ", y);\n" + body)
        .replaceAll("(?m)^.*what err' is here$", "");
    List<Proof> proofs = Programs.proofs(new Source("pair.nn", changed));
    proofs.forEach(proof -> assertInstanceOf(Proof.Proved.class, proof));
    assertEquals(6, proofs.size());
  }

  static Stream<Arguments> pairs() {
    List<String> losses = Texts.definitions("losses.nn");
    List<String> activations = Texts.definitions("activations.nn");
    return IntStream.range(0, activations.size()).mapToObj(i ->
        Arguments.of(activations.get(i), losses.get(i % losses.size())));
  }

  /** F5: spelled any way, the same gradient formulas to the letter. */
  @ParameterizedTest
  @ValueSource(strings = {"1 ./ (1 + exp(Z))", "(1 - tanh(Z / 2)) / 2", "exp(-Z) ./ (1 + exp(-Z))", "1 - 1 ./ (1 + exp(-Z))"})
  void f5TheSameToTheLetter(String spelling) {
    assertEquals(gradients("1 - sigmoid(Z)"), gradients(spelling));
  }

  private static List<String> gradients(String value) {
    Program<?> program = Programs.simplified(
        "model T { input X[5]; target Y[2]; Z = dense(X, 2); A = " + value + "; minimize J = mean(logloss(A, Y)); }");
    return Formulas.define(program.graph(), List.of("dJ/dZ", "dJ/dW_Z", "dJ/db_Z"));
  }
}
