package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** States of models: generated classes agree with the interpreter, change them in steps only, and batch normalization is what its formula says. */
@Slow
class StateTest {

  private static final String NORMALIZED = "H = dense(X, 5) |> batchnorm |> relu; P = dense(H, 2); minimize J = mean(squared(P, Y)); train adam(rate = 1e-2);";

  static Stream<String> models() {
    return Stream.of(
        "input X[3]; target Y[2]; " + NORMALIZED,
        "samples rows; input X[3]; target Y[2]; " + NORMALIZED,
        "input X[3, 4, m]; target Y[2]; H = conv1d(X, 3, 2) |> batchnorm(momentum = 0.3, eps = 0.01) |> tanh; P = dense(flatten(H), 2); minimize J = mean(squared(P, Y)); train sgd(rate = 0.1);",
        "samples rows; input X[m, 4, 3, 2]; target Y[2]; H = batchnorm(X); P = dense(flatten(H), 2); minimize J = mean(squared(P, Y));",
        "input X[4]; target Y[4]; param w[4]; state slow[4] = 0.5, count = 1; P = w .* X + slow; update count = count + 1; update slow = slow + (rowsum(X) / m - slow) / count;"
            + "minimize J = mean((P - Y).^2) + count * sum(w.^2); train momentum(rate = 0.1, beta = 0.5);",
        "input X[4]; target Y[2]; param W[2, 4]; state u[2] = 1, v[4] = 1; update u = W * v / sqrt(sum((W * v).^2)); update v = W' * u / sqrt(sum((W' * u).^2));"
            + "s = u' * W * v; P = W * X / s; minimize J = mean((P - Y).^2); train sgd(rate = 0.1);",
        "input X[3]; target Y[3]; share n = batchnorm(eps = 0.1); A = n(X); B = n(2 * Y); P = dense(A, 3); minimize J = mean((P - B).^2);",
        "layer block(X) { return relu(batchnorm(dense(X, rows(X)))) + X; } input X[3]; target Y[3]; H = X; repeat 3 { H = block(H); } minimize J = mean((H - Y).^2); train adam(rate = 0.01);",
        "input X[3]; input Z[2]; F = dense(Z, 3) |> batchnorm; S = dense(F, 1, sigmoid); R = dense(X, 1, sigmoid); state seen = 0; update seen = seen + sum(F); minimize D = -mean(log(R) + log(1 - S)) of W_S, b_S, W_R, b_R;"
            + "minimize G = mean((S - 1).^2); output F, S; train sgd(rate = 0.1);",
        "input X[3, 4, m]; target Y[2]; H = rnn(X, 2); G = batchnorm(H); P = dense(last(G), 2); minimize J = mean(squared(P, Y)); train sgd(rate = 0.1);",
        "input X[4]; state seen[4] = 0; update seen = seen + rowsum(X); P = X - seen; output P;");
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatedClassesAgreeWithTheInterpreter(String statements) {
    for (String precision : new String[] {"f64", "f32"}) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", text(precision, statements)).get(0);
      Agreement.ofAll(model, 5).forEach(agreement -> agreement.check(5, 1, 3));
    }
  }

  private static String text(String precision, String statements) {
    int layers = statements.startsWith("layer") ? statements.indexOf("input") : 0;
    return statements.substring(0, layers) + "model T { precision " + precision + "; " + statements.substring(layers) + " }";
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreSlopes(String statements) {
    Program<Phase.Differentiated> differentiated = Autodiff.differentiate(Lowering.lower(ModelText.model(text("f64", statements))));
    if (differentiated.loss().isPresent() && !differentiated.parameters().isEmpty()) {
      List<GradientCheck.Line> lines = GradientCheck.check(differentiated, SampleModelTest.simplified("t.nn", text("f64", statements)).get(0), 3);
      assertEquals(List.of(), lines.stream().filter(line -> !line.passed()).toList());
    }
  }

  private static GeneratedClass compiled(String statements, KernelSet kernels) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { " + statements + " }").get(0);
    return GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels)));
  }

  private static DMatrixRMaj drawn(int rows, int columns, long seed) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    Random random = new Random(seed);
    Arrays.setAll(matrix.data, k -> random.nextGaussian() * 2 + 3);
    return matrix;
  }

  private static double[] state(GeneratedClass.Instance net, int count) {
    double[] state = new double[count];
    net.call("getState", state, 0);
    return state;
  }

  @Test
  void onlyStepsChangeStates() {
    DMatrixRMaj x = drawn(3, 4, 1);
    DMatrixRMaj y = drawn(2, 4, 2);
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = compiled("input X[3]; target Y[2]; " + NORMALIZED, kernels).create(4);
      net.call("initialize", 1L);
      double[] fresh = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
      double before = net.<Double>call("gradients", x, y);
      net.call("loss", x, y);
      net.call("predict", x);
      assertArrayEquals(fresh, state(net, 10));
      assertEquals(before, net.<Double>call("step", x, y));
      double[] after = state(net, 10);
      for (int k = 0; k < 5; k++) {
        assertEquals(true, after[k] != 0 && after[k + 5] != 1);
      }
      net.call("initialize", 1L);
      assertArrayEquals(fresh, state(net, 10));
      net.call("setState", after, 0);
      assertArrayEquals(after, state(net, 10));
      assertThrows(IllegalArgumentException.class, () -> net.call("setState", after, 1));
      assertThrows(IllegalArgumentException.class, () -> net.call("getState", new double[9], 0));
    }
  }

  /** Batch normalization by its definition, for values stored feature by feature. */
  private static final class Reference {
    final double[] mean;
    final double[] var;

    Reference(int features) {
      this.mean = new double[features];
      this.var = new double[features];
      Arrays.fill(var, 1);
    }

    double[][] normalized(double[][] x) {
      double[][] result = new double[x.length][];
      for (int c = 0; c < x.length; c++) {
        double center = mean[c];
        double divisor = Math.sqrt(var[c] + 1e-5);
        result[c] = Arrays.stream(x[c]).map(entry -> (entry - center) / divisor).toArray();
      }
      return result;
    }

    void step(double[][] x) {
      for (int c = 0; c < x.length; c++) {
        double m = Arrays.stream(x[c]).average().orElseThrow();
        double squares = Arrays.stream(x[c]).map(entry -> (entry - m) * (entry - m)).sum();
        mean[c] = 0.9 * mean[c] + 0.1 * m;
        var[c] = x[c].length == 1 ? var[c] : 0.9 * var[c] + 0.1 * squares / (x[c].length - 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'X[3]', 1, false", "'X[3, 2, m]', 2, false", "'X[3, 2, 2, m]', 4, false", "'X[3]', 1, true", "'X[m, 2, 3]', 2, true", "'X[m, 2, 2, 3]', 4, true"})
  void batchNormalizationIsWhatItsFormulaSays(String input, int positions, boolean rows) {
    String statements = (rows ? "samples rows; " : "") + "input " + input + "; P = batchnorm(X); minimize J = mean(P.^2); train sgd(rate = 1e-9);";
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = compiled(statements, kernels).create(6);
      net.call("initialize", 1L);
      Reference reference = new Reference(3);
      for (int samples : new int[] {6, 1, 2, 5, 1}) {
        DMatrixRMaj x = rows ? drawn(samples, 3 * positions, samples) : drawn(3 * positions, samples, samples);
        double[][] byFeature = new double[3][samples * positions];
        for (int k = 0; k < x.data.length; k++) {
          int feature = rows ? k % 3 : k / (samples * positions);
          byFeature[feature][rows ? k / 3 : k % (samples * positions)] = x.data[k];
        }
        DMatrixRMaj predicted = net.call("predict", x);
        double[][] expected = reference.normalized(byFeature);
        for (int k = 0; k < x.data.length; k++) {
          assertEquals(expected[rows ? k % 3 : k / (samples * positions)][rows ? k / 3 : k % (samples * positions)], predicted.data[k], 1e-6);
        }
        double loss = net.<Double>call("step", x);
        reference.step(byFeature);
        double squares = Arrays.stream(byFeature).mapToDouble(StateTest::normalizedSquares).sum();
        assertEquals(squares / samples, loss, 1e-6);
        double[] state = state(net, 6);
        assertArrayEquals(reference.mean, Arrays.copyOf(state, 3), 1e-12);
        assertArrayEquals(reference.var, Arrays.copyOfRange(state, 3, 6), 1e-12);
      }
    }
  }

  private static double normalizedSquares(double[] x) {
    double m = Arrays.stream(x).average().orElseThrow();
    double v = Arrays.stream(x).map(entry -> (entry - m) * (entry - m)).average().orElseThrow();
    return Arrays.stream(x).map(entry -> (entry - m) * (entry - m) / (v + 1e-5)).sum();
  }

  /** Steps that change large parameters as their gradients come draw noise before, and compute states from the parameters before the step. */
  @ParameterizedTest
  @ValueSource(strings = {
      "H = dense(X, 200) |> batchnorm |> relu |> dropout(0.5); P = dense(H, 10); minimize J = mean(squared(P, Y)); train sgd(rate = 0.01);",
      "param W[200, 784]; state v[784] = 0.1; update v = W' * (W * v); H = tanh(W * X) |> dropout(0.1); P = dense(H, 10); minimize J = mean(squared(P, Y)) + colsum(v.^2); train momentum(rate = 0.01, beta = 0.9);"})
  void fusedStepsDoAllThatStepsDo(String statements) {
    List<GeneratedClass.Instance> nets = new ArrayList<>();
    for (KernelSet kernels : List.of(new VectorKernels(), new EjmlKernels())) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { input X[784]; target Y[10]; " + statements + " }").get(0);
      Plan plan = kernels.adapt(kernels.plan(model));
      // A state that depends on the parameter must be computed first.
      assertEquals(kernels instanceof VectorKernels && statements.startsWith("H"), !kernels.fusedUpdates(plan).isEmpty());
      nets.add(compiled("input X[784]; target Y[10]; " + statements, kernels).create(16));
    }
    DMatrixRMaj x = drawn(784, 16, 1);
    DMatrixRMaj y = drawn(10, 16, 2);
    int count = statements.startsWith("param") ? 784 : 400;
    nets.forEach(net -> net.call("initialize", 3L));
    for (int step = 0; step < 3; step++) {
      double expected = nets.get(1).<Double>call("step", x, y);
      assertEquals(expected, nets.get(0).<Double>call("step", x, y), 1e-9 * Math.abs(expected));
      double[] states = state(nets.get(1), count);
      double largest = Arrays.stream(states).map(Math::abs).max().orElseThrow();
      assertArrayEquals(states, state(nets.get(0), count), 1e-9 * largest);
    }
  }

  @Test
  void filesHoldStates(@TempDir Path folder) throws IOException {
    GeneratedClass type = compiled("input X[3]; target Y[2]; " + NORMALIZED, new EjmlKernels());
    GeneratedClass.Instance net = type.create(4);
    net.call("initialize", 1L);
    DMatrixRMaj x = drawn(3, 4, 1);
    DMatrixRMaj y = drawn(2, 4, 2);
    net.call("step", x, y);
    Path file = folder.resolve("net.safetensors");
    net.call("save", file);
    GeneratedClass.Instance other = type.create(4);
    other.call("load", file);
    GeneratedClass.Instance third = type.create(4);
    assertEquals(List.of("W_H_1.mo", "W_H_1.s"), third.<List<String>>call("loadParameters", file).subList(0, 2));
    assertArrayEquals(state(net, 10), state(third, 10));
    for (int k = 0; k < 3; k++) {
      assertEquals(net.<Double>call("step", x, y), other.<Double>call("step", x, y));
      assertArrayEquals(state(net, 10), state(other, 10));
      assertArrayEquals(net.<DMatrixRMaj>call("predict", x).data, other.<DMatrixRMaj>call("predict", x).data);
    }
    DMatrixRMaj shared = predictor(net, x);
    assertArrayEquals(net.<DMatrixRMaj>call("predict", x).data, shared.data);
  }

  private static DMatrixRMaj predictor(GeneratedClass.Instance net, DMatrixRMaj x) {
    Object predictor = net.call("predictor");
    try {
      return (DMatrixRMaj) predictor.getClass().getMethod("predict", DMatrixRMaj.class).invoke(predictor, x);
    } catch (ReflectiveOperationException broken) {
      throw new AssertionError(broken);
    }
  }
}
