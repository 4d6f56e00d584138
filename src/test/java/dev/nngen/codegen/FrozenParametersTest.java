package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters that are {@code frozen} are part of the class and never change; nothing is computed for their gradients. */
@Slow
class FrozenParametersTest {

  private static final String BODY = """
        input X[5]; target Y[3];
        param W[4, 5] = glorot%1$s; param b[4] = 0.5%1$s;
        H = tanh(W * X + b);
        P = dense(H, 3);
        minimize J = mean(squared(P, Y)) + l2(0.1);
        train %2$s;
      """;

  private static final String ROWS = """
        samples rows; input X[5]; target Y[3];
        param W[5, 4] = glorot%1$s; param b[4] = 0.5%1$s;
        H = tanh(X * W + b);
        P = dense(H, 3);
        minimize J = mean(squared(P, Y)) + l2(0.1);
        train %2$s;
      """;

  private static Program<Phase.Simplified> model(String body, boolean frozen, String optimizer) {
    return SampleModelTest.simplified("f.nn", "model F { " + body.formatted(frozen ? " frozen" : "", optimizer) + "}").get(0);
  }

  private static GeneratedClass.Instance instance(Program<Phase.Simplified> model, KernelSet kernels) {
    GeneratedClass.Instance instance = GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels))).create(8);
    instance.call("initialize", 7L);
    return instance;
  }

  private static double[] parameters(GeneratedClass.Instance instance) {
    double[] flat = new double[39];
    instance.call("getParameters", flat, 0);
    return flat;
  }

  private static DMatrixRMaj random(int rows, int columns, long seed) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    Random random = new Random(seed);
    Arrays.setAll(matrix.data, k -> random.nextGaussian());
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd(rate = 0.1)", "adam(rate = 0.1)", "clipnorm(100) |> momentum(rate = 0.1)"})
  void othersAreTrainedAsIfItWereTrained(String optimizer) {
    for (boolean rows : new boolean[] {false, true}) {
      for (KernelSet kernels : KernelSets.ALL) {
        GeneratedClass.Instance frozen = instance(model(rows ? ROWS : BODY, true, optimizer), kernels);
        GeneratedClass.Instance thawed = instance(model(rows ? ROWS : BODY, false, optimizer), kernels);
        double[] start = parameters(frozen);
        assertArrayEquals(parameters(thawed), start);
        DMatrixRMaj x = rows ? random(8, 5, 1) : random(5, 8, 1);
        DMatrixRMaj y = rows ? random(8, 3, 2) : random(3, 8, 2);
        for (int step = 0; step < 3; step++) {
          assertEquals((double) thawed.call("step", x, y), (double) frozen.call("step", x, y), 1e-14);
          double[] at = parameters(thawed);
          double[] expected = IntStream.range(0, 39).mapToDouble(k -> k < 24 ? start[k] : at[k]).toArray();
          assertArrayEquals(expected, parameters(frozen), 1e-14, kernels.name());
          thawed.call("setParameters", expected, 0);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "precision f32; "})
  void agreesWithTheInterpreter(String precision) {
    for (String body : List.of(BODY, ROWS)) {
      Program<Phase.Simplified> model = model(precision + body, true, "adam(rate = 0.1)");
      for (Agreement agreement : Agreement.ofAll(model, 3)) {
        agreement.check(5, 1, 16);
        Steps.agree(model, agreement.generated());
      }
    }
  }

  @Test
  void hasAccessAndNoGradientAndNoState() {
    Program<Phase.Simplified> model = model(BODY, true, "adam(rate = 0.1)");
    GeneratedClass.Instance instance = instance(model, new EjmlKernels());
    assertEquals(List.of("W", "b", "W_P", "b_P"), instance.call("parameterNames"));
    Set<String> methods = Arrays.stream(instance.object().getClass().getMethods()).map(Method::getName).collect(Collectors.toSet());
    assertTrue(methods.containsAll(Set.of("W", "b", "gradW_P", "gradb_P")));
    assertFalse(methods.contains("gradW") || methods.contains("gradb"));
    assertTrue(model.updates().get(0).states().stream().allMatch(state -> state.parameter().endsWith("_P")));
    assertFalse(model.graph().names().keySet().stream().anyMatch(Set.of("dJ/dW", "dJ/db", "dJ/dH")::contains), "the backward pass ends at W_P");
  }

  /** Gradients of others stay what they are in sums over workers, which go by all parameters. */
  @Test
  void flatGradientsKeepThePlacesOfAll() {
    GeneratedClass.Instance instance = instance(model(BODY, true, "sgd(rate = 1)"), new PlainKernels());
    instance.call("gradients", random(5, 8, 1), random(3, 8, 2));
    double[] flat = new double[40];
    Arrays.fill(flat, 5);
    instance.call("addGradients", flat, 1);
    assertTrue(Arrays.stream(flat, 0, 25).allMatch(entry -> entry == 5));
    assertTrue(Arrays.stream(flat, 25, 40).allMatch(entry -> entry != 5));
    double[] before = parameters(instance);
    instance.call("applyGradients", flat, 1);
    double[] after = parameters(instance);
    assertTrue(IntStream.range(0, 39).allMatch(k -> after[k] == (k < 24 ? before[k] : before[k] - flat[k + 1])));
  }

  @Test
  void filesHoldIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("w.safetensors");
    Program<Phase.Simplified> model = model(BODY, true, "adam(rate = 0.1)");
    GeneratedClass.Instance instance = instance(model, new EjmlKernels());
    instance.call("step", random(5, 8, 1), random(3, 8, 2));
    instance.call("save", file);
    String header = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertTrue(header.contains("\"W\"") && header.contains("\"W_P.mo\"") && !header.contains("\"W.mo\""), header);
    GeneratedClass.Instance other = instance(model, new EjmlKernels());
    other.call("initialize", 99L);
    other.call("load", file);
    assertArrayEquals(parameters(instance), parameters(other));
    assertEquals((double) instance.call("step", random(5, 8, 3), random(3, 8, 4)), (double) other.call("step", random(5, 8, 3), random(3, 8, 4)));
    assertArrayEquals(parameters(instance), parameters(other));
  }

  /** A loss of frozen parameters alone has a class with a loss, as one without parameters has. */
  @Test
  void allMayBeFrozen() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("f.nn",
        "model F { input X[2]; target Y[2]; param W[2, 2] = glorot frozen; P = W * X; minimize J = mean(squared(P, Y)); }").get(0);
    Agreement.ofAll(model, 2).forEach(agreement -> agreement.check(4, 1));
  }
}
