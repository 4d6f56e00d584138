package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.Planner;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code setRate}: the models that have it, its effect, and its place in files. */
class RateTest {

  private static final String MODEL = "model Net { input X[3]; target Y[2]; P = dense(X, 2) |> tanh; minimize J = mean(halfsquared(P, Y)); %s }";
  private static final DMatrixRMaj X = new DMatrixRMaj(3, 2, true, 1, -2, 0.5, 0.25, 3, -1);
  private static final DMatrixRMaj Y = new DMatrixRMaj(2, 2, true, 0.5, -0.5, 0.25, 1);

  @TempDir
  private Path folder;

  private static GeneratedClass compile(String statements, KernelSet kernels) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", MODEL.formatted(statements)).get(0);
    return GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels)));
  }

  private static GeneratedClass.Instance net(GeneratedClass type) {
    GeneratedClass.Instance net = type.create(4);
    net.call("initialize", 1L);
    return net;
  }

  private static double[] parameters(GeneratedClass.Instance net) {
    double[] flat = new double[8];
    net.call("getParameters", flat, 0);
    return flat;
  }

  private static List<String> setters(String statements) {
    return Arrays.stream(compile(statements, new EjmlKernels()).type().getMethods()).map(Method::getName).filter(name -> name.startsWith("setRate")).sorted().toList();
  }

  /** The step with another rate is that of a model with that rate; the other way round it is as long as before. */
  @ParameterizedTest
  @ValueSource(strings = {"train sgd(rate = 0.5);", "train adamw(rate = 0.5);", "train clipnorm(0.5) |> lamb(rate = 0.5);"})
  void anotherRateIsThatOfAnotherModel(String train) {
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass.Instance net = net(compile(train, kernels));
      GeneratedClass.Instance other = net(compile(train.replace("0.5);", "0.01);"), kernels));
      net.call("step", X, Y);
      net.call("setRate", 0.01);
      net.call("step", X, Y);
      other.call("setRate", 0.5);
      other.call("step", X, Y);
      other.call("setRate", 0.01);
      other.call("step", X, Y);
      assertArrayEquals(parameters(other), parameters(net), kernels.name());
    }
  }

  @Test
  void onlyPlainNumbersCanBeChanged() {
    assertEquals(List.of("setRate"), setters("train adam;"));
    assertEquals(List.of(), setters(""));
    assertEquals(List.of(), setters("train adam(rate = cosinedecay(t, 0.1, 100));"));
    assertEquals(List.of(), setters("train adam(rate = 0.1) of W_P; train sgd(rate = 0.2);"));
    assertEquals(List.of("setRateJ", "setRateK"), setters("minimize K = mean(P) of b_P; train adam(rate = 0.1);"));
    assertEquals(List.of("setRateJ"), setters("minimize K = mean(P) of b_P; train adam(rate = 0.1) of W_P; train sgd(rate = cosinedecay(t, 0.1, 100)) of b_P;"));
  }

  /** A number that compilation needs stays one. */
  @Test
  void aRateThatStatesStartFromStaysANumber() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", "optimizer own(rate) { state s = rate; s = s / 2; w = w - s * g; } " + MODEL.formatted("train own(rate = 0.5);")).get(0);
    assertTrue(model.updates().get(0).rate().isEmpty());
    Program<Phase.Simplified> user = SampleModelTest.simplified("net.nn", "optimizer own(rate) { d = rate * g; w = w - d; } " + MODEL.formatted("train own(rate = 0.5);")).get(0);
    assertEquals(0.5, user.updates().get(0).rate().orElseThrow());
  }

  @Test
  void filesHoldARateThatWasSet() throws IOException {
    GeneratedClass type = compile("train adam(rate = 0.25);", new EjmlKernels());
    GeneratedClass.Instance net = net(type);
    Path file = folder.resolve("net.safetensors");
    net.call("save", file);
    assertTrue(!new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("rate"), "the model's own rate stands in no file");
    net.call("step", X, Y);
    net.call("setRate", 0.03);
    net.call("step", X, Y);
    Path changed = folder.resolve("changed.safetensors");
    net.call("save", changed);
    GeneratedClass.Instance resumed = type.create(4);
    resumed.call("load", changed);
    net.call("step", X, Y);
    resumed.call("step", X, Y);
    assertArrayEquals(parameters(net), parameters(resumed));
    resumed.call("load", file);
    GeneratedClass.Instance fresh = net(type);
    resumed.call("step", X, Y);
    fresh.call("step", X, Y);
    assertArrayEquals(parameters(fresh), parameters(resumed), "a file without a rate has the model's own");
    String text = new String(Files.readAllBytes(changed), StandardCharsets.ISO_8859_1);
    Files.write(changed, text.replace("\"rate\":\"0.03\"", "\"rate\":\"fast\"").getBytes(StandardCharsets.ISO_8859_1));
    assertThrows(GeneratedClass.CheckedException.class, () -> resumed.call("load", changed));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void noSuchRates(double rate) {
    GeneratedClass.Instance net = net(compile("train sgd(rate = 0.5);", new EjmlKernels()));
    assertEquals("a rate must be finite and not negative, not " + rate, assertThrows(IllegalArgumentException.class, () -> net.call("setRate", rate)).getMessage());
  }

  @Test
  void singlePrecisionTakesItToo() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", MODEL.formatted("train sgd(rate = 0.1);")).get(0).withSinglePrecision(true);
    GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(Planner.plan(model), Agreement.OPTIONS)).create(1);
    assertThrows(IllegalArgumentException.class, () -> net.call("setRate", 1e300));
    net.call("setRate", 0.125);
  }
}
