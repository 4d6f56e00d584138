package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.train.Safetensors;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods for services: predictions of arrays, networks made by one call, predictors for other threads. */
@Slow
class ServingApiTest {

  private static final String CLASSES = """
      model Net { input X[4]; target Y[3] where colsum(Y) == 1; H = dense(X, 5) |> tanh; P = dense(H, 3) |> softmax;
        minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.1); }
      """;
  private static final String NUMBER = """
      model Net { input X[4]; target Y[1]; P = dense(X, 1) |> sigmoid; minimize J = mean(logloss(P, Y)); train sgd(rate = 0.1); }
      """;
  private static final String DEEP = "model Net { input X[4]; target Y[4]; H0 = X; %s P = dense(H30, 4); minimize J = mean(halfsquared(P, Y)); train adam(rate = 0.1); }"
      .formatted(IntStream.rangeClosed(1, 30).mapToObj(k -> "H" + k + " = dense(H" + (k - 1) + ", 4) |> tanh;").reduce("", String::concat));
  private static final String ROWS = """
      samples rows;
      model Net { input X[4]; target Y[2]; P = dense(X, 2) |> tanh; minimize J = mean(halfsquared(P, Y)); train sgd(rate = 0.1); }
      """;
  private static final String FIXED = """
      model Net { input X[4]; input A[2, 3]; input s[1]; target Y[2]; P = A * dense(X, 3) .* s; minimize J = mean(halfsquared(P, Y)); train sgd(rate = 0.1); }
      """;

  private static final KernelSet EJML = new EjmlKernels();
  private static final double[][] SAMPLES = {{1, -0.5, 0.25, 2}, {0.1, 0.2, -0.3, 0.4}, {-1, 3, 0, 0.5}};

  @TempDir
  private Path folder;

  private static GeneratedClass compile(String text, KernelSet kernels, boolean single) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", text).get(0).withSinglePrecision(single);
    return GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), new CodegenOptions("", kernels, "test", "", "net.nn", "")));
  }

  private static GeneratedClass.Instance instance(String text) {
    GeneratedClass.Instance net = compile(text, EJML, false).create(8);
    net.call("initialize", 1L);
    return net;
  }

  private static DMatrixRMaj columns(double[][] samples) {
    DMatrixRMaj matrix = new DMatrixRMaj(samples[0].length, samples.length);
    for (int c = 0; c < samples.length; c++) {
      for (int r = 0; r < samples[c].length; r++) {
        matrix.set(r, c, samples[c][r]);
      }
    }
    return matrix;
  }

  @Test
  void rowsGoInAndComeOut() {
    GeneratedClass.Instance net = instance(CLASSES);
    DMatrixRMaj expected = new DMatrixRMaj(net.<DMatrixRMaj>call("predict", columns(SAMPLES)));
    double[][] outputs = net.call("predict", (Object) SAMPLES);
    for (int c = 0; c < SAMPLES.length; c++) {
      double[] output = net.call("predict", (Object) SAMPLES[c]);
      assertArrayEquals(outputs[c], output, 1e-15);
      int largest = 0;
      for (int k = 0; k < 3; k++) {
        assertEquals(expected.get(k, c), outputs[c][k]);
        largest = outputs[c][k] > outputs[c][largest] ? k : largest;
      }
      assertEquals(largest, net.<Integer>call("predictClass", (Object) SAMPLES[c]));
    }
    assertEquals(3, outputs.length);
  }

  @Test
  void samplesInRowsAndFixedInputsAreTakenToo() {
    GeneratedClass.Instance rows = instance(ROWS);
    double[][] outputs = rows.call("predict", (Object) SAMPLES);
    DMatrixRMaj expected = rows.call("predict", new DMatrixRMaj(SAMPLES));
    assertArrayEquals(Arrays.copyOf(expected.data, 6), Arrays.stream(outputs).flatMapToDouble(Arrays::stream).toArray());

    GeneratedClass.Instance fixed = instance(FIXED);
    double[][] a = {{1, 2, 3}, {4, 5, 6}};
    double[][] s = {{2}, {3}, {4}};
    double[][] all = fixed.call("predict", SAMPLES, a, s);
    DMatrixRMaj wanted = fixed.call("predict", columns(SAMPLES), new DMatrixRMaj(a), columns(s));
    assertEquals(wanted.get(1, 2), all[2][1]);
    assertArrayEquals(all[1], fixed.<double[]>call("predict", SAMPLES[1], a, s[1]), 1e-14);
    assertFault("A has 1 rows, but must have 2", () -> fixed.call("predict", SAMPLES, new double[][] {{1, 2, 3}}, s));
    assertFault("s has 1 samples, but must have 3", () -> fixed.call("predict", SAMPLES, a, new double[][] {{1}}));
  }

  @Test
  void singlePrecisionTakesDoublesToo() {
    GeneratedClass.Instance net = compile(CLASSES, EJML, true).create(8);
    net.call("initialize", 1L);
    double[] output = net.call("predict", (Object) SAMPLES[0]);
    assertEquals(net.<FMatrixRMaj>call("predict", new FMatrixRMaj(4, 1, true, 1, -0.5f, 0.25f, 2)).get(1, 0), (float) output[1]);
  }

  @Test
  void arraysOfWrongLengthsAreNamed() {
    GeneratedClass.Instance net = instance(CLASSES);
    assertFault("X has 3 numbers in sample 1, but must have 4", () -> net.call("predict", (Object) new double[][] {{1, 2, 3, 4}, {1, 2, 3}}));
    assertFault("X has 9 samples, but a batch has 1 to 8", () -> net.call("predict", (Object) new double[9][4]));
    assertFault("X has 0 samples, but a batch has 1 to 8", () -> net.call("predict", (Object) new double[0][]));
  }

  private static void assertFault(String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void nothingIsComputedWithParametersThatWereNeverSet() {
    GeneratedClass type = compile(CLASSES, EJML, false);
    DMatrixRMaj x = columns(SAMPLES);
    DMatrixRMaj y = EntryPointTest.oneHot(3, 3);
    GeneratedClass.Instance net = type.create(8);
    List<org.junit.jupiter.api.function.Executable> calls = List.of(() -> net.call("predict", x), () -> net.call("predict", (Object) SAMPLES),
        () -> net.call("predictClass", (Object) SAMPLES[0]), () -> net.call("loss", x, y), () -> net.call("gradients", x, y), () -> net.call("step", x, y),
        () -> net.call("epoch", x, y, 2, 1L), () -> net.call("applyGradients", new double[100], 0), () -> net.call("predictor"));
    for (org.junit.jupiter.api.function.Executable call : calls) {
      assertEquals("the parameters of Net were never set: call initialize(seed), load(path) or setParameters(from, offset) first",
          assertThrows(IllegalStateException.class, call).getMessage());
    }
    net.call("setParameters", new double[100], 0);
    assertEquals(1.0 / 3, net.<DMatrixRMaj>call("predict", x).get(0), 1e-15);
    GeneratedClass.Instance written = type.create(8);
    written.<DMatrixRMaj>call("b_P").set(1, 0, 5);
    assertTrue(written.<DMatrixRMaj>call("predict", x).get(1, 0) > 0.9);
  }

  @Test
  void oneCallMakesANetworkThatPredicts() throws Exception {
    GeneratedClass type = compile(CLASSES, EJML, false);
    Object created = type.type().getMethod("create", int.class, long.class).invoke(null, 8, 1L);
    GeneratedClass.Instance net = instance(CLASSES);
    double[] expected = net.call("predict", (Object) SAMPLES[0]);
    assertArrayEquals(expected, (double[]) type.type().getMethod("predict", double[].class).invoke(created, (Object) SAMPLES[0]));
    Path file = folder.resolve("net.safetensors");
    net.call("save", file);
    Object loaded = type.type().getMethod("load", Path.class, int.class).invoke(null, file, 2);
    assertArrayEquals(expected, (double[]) type.type().getMethod("predict", double[].class).invoke(loaded, (Object) SAMPLES[0]));
  }

  @Test
  void oneNumberTellsClassesByTheThresholdOfTheFile() throws IOException {
    GeneratedClass.Instance net = instance(NUMBER);
    assertTrue(assertThrows(IllegalStateException.class, () -> net.call("predictClass", (Object) SAMPLES[0])).getMessage().startsWith("no loaded file names the classes of Net"));
    double output = net.<double[]>call("predict", (Object) SAMPLES[0])[0];
    for (double threshold : new double[] {output - 0.01, output + 0.01}) {
      Path file = folder.resolve("net.safetensors");
      net.call("save", file);
      Files.write(file, Safetensors.read(Files.readAllBytes(file)).with("nngen.data", "{\"taskClasses\":[\"no\",\"yes\"],\"threshold\":" + threshold + "}").write());
      net.call("load", file);
      assertEquals(output > threshold ? 1 : 0, net.<Integer>call("predictClass", (Object) SAMPLES[0]));
    }
  }

  private record Served(String name, String model, KernelSet kernels) {
    @Override
    public String toString() {
      return name + " " + kernels.name();
    }
  }

  static List<Served> served() {
    List<Served> all = new ArrayList<>();
    for (KernelSet kernels : List.of(EJML, new PlainKernels(), new VectorKernels(), new DividedKernels(new PlainKernels()))) {
      all.add(new Served("classes", CLASSES, kernels));
      all.add(new Served("deep", DEEP, kernels));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("served")
  void predictorsOfOneNetworkServeThreads(Served served) throws Exception {
    GeneratedClass type = compile(served.model, served.kernels, false);
    GeneratedClass.Instance net = type.create(64);
    net.call("initialize", 3L);
    double[][] samples = IntStream.range(0, 64).mapToObj(k -> new double[] {k, -k, 1.0 / (k + 1), 2}).toArray(double[][]::new);
    List<Object> predictors = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      predictors.add(net.call("predictor"));
    }
    for (long seed : new long[] {3, 4}) {
      net.call("initialize", seed);
      double[][] expected = net.call("predict", (Object) samples);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Callable<double[][]>> tasks = predictors.stream().<Callable<double[][]>>map(predictor -> () -> {
          double[][] outputs = null;
          for (int round = 0; round < 50; round++) {
            outputs = (double[][]) predictor.getClass().getMethod("predict", double[][].class).invoke(predictor, (Object) samples);
          }
          return outputs;
        }).toList();
        for (Future<double[][]> outputs : threads.invokeAll(tasks)) {
          for (int k = 0; k < samples.length; k++) {
            assertArrayEquals(expected[k], outputs.get()[k], 1e-12);
          }
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  @Test
  void aPredictorHasNoMemoryForTraining() throws Exception {
    GeneratedClass.Instance net = instance(CLASSES);
    Object inner = field(net.<Object>call("predictor"), "net");
    assertSame(field(net.object(), "W_H"), field(inner, "W_H"));
    for (String name : List.of("gradients", "dW_H", "moStates", "batchY", "errorZ_H")) {
      assertNull(field(inner, name), name);
    }
  }

  private static Object field(Object object, String name) throws ReflectiveOperationException {
    Field field = object.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(object);
  }
}
