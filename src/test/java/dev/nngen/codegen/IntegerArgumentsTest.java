package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.Planner;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole numbers are {@code int[]} in all methods of a class: their layout, their checks, and where the number of samples comes from. */
class IntegerArgumentsTest {

  private static final String WORDS = """
      model Net { %s input word[3] of 7; target label of 4; param k[7] = 0.5; P = softmax(dense(flatten(embedding(word, 2)), 4));
        minimize J = mean(crossentropy(P, label)) + sum(k.^2); train sgd(rate = 0.1); }
      """;
  private static final String MIXED = """
      model Net { %s input X[2]; input word[3] of 7; target label of 4; target T[1]; H = dense(flatten(embedding(word, 2)), 4) + dense(X, 4); P = softmax(H);
        minimize J = mean(crossentropy(P, label)) + mean(squared(dense(X, 1), T)); train adam(rate = 0.01); }
      """;
  /** Three samples: the words of sample s are 2 s, 2 s + 1, s. */
  private static final int[][] SAMPLES = {{0, 1, 0}, {2, 3, 1}, {4, 5, 2}};
  private static final int[] LABELS = {3, 0, 2};

  private static final Map<String, GeneratedClass> COMPILED = new HashMap<>();

  private static GeneratedClass.Instance instance(String text, KernelSet kernels, boolean single, int maxBatch) {
    GeneratedClass type = COMPILED.computeIfAbsent(text + kernels.name() + single, key -> {
      Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", text).get(0).withSinglePrecision(single);
      return GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), new CodegenOptions("", kernels, "test", "", "net.nn", "")));
    });
    GeneratedClass.Instance net = type.create(maxBatch);
    net.call("initialize", 1L);
    return net;
  }

  private static GeneratedClass.Instance words(boolean rows) {
    return instance(WORDS.formatted(rows ? "samples rows;" : ""), new EjmlKernels(), false, 4);
  }

  private static GeneratedClass.Instance mixed() {
    return instance(MIXED.formatted(""), new EjmlKernels(), false, 4);
  }

  /** The array for some samples. */
  private static int[] array(boolean rows, int... samples) {
    int m = samples.length;
    return IntStream.range(0, 3 * m).map(at -> rows ? SAMPLES[samples[at / 3]][at % 3] : SAMPLES[samples[at % m]][at / m]).toArray();
  }

  private static double[] data(Object matrix) {
    Matrix values = (Matrix) matrix;
    Object entries = Agreement.data(values);
    return IntStream.range(0, values.getNumRows() * values.getNumCols()).mapToDouble(k -> Array.getDouble(entries, k)).toArray();
  }

  @ParameterizedTest
  @CsvSource({"false,false,ejml", "true,false,plain", "false,true,vector", "true,true,ejml"})
  void entriesLieAsTheContractSays(boolean rows, boolean single, String kernels) {
    KernelSet set = KernelSets.ALL.stream().filter(any -> any.name().equals(kernels)).findFirst().orElseThrow();
    GeneratedClass.Instance net = instance(WORDS.formatted(rows ? "samples rows;" : ""), set, single, 4);
    double[] together = data(net.call("predict", array(rows, 0, 1, 2)));
    for (int s = 0; s < 3; s++) {
      int sample = s;
      double[] alone = data(net.call("predict", SAMPLES[s]));
      double[] expected = IntStream.range(0, 4).mapToDouble(k -> together[rows ? sample * 4 + k : k * 3 + sample]).toArray();
      assertArrayEquals(expected, alone, single ? 1e-6 : 1e-14);
    }
  }

  /** Each call takes arrays; samples as rows of numbers give the same, as do predictors for other threads. */
  @Test
  void everyMethodTakesThem() {
    GeneratedClass.Instance net = words(false);
    int[] all = array(false, 0, 1, 2);
    double loss = net.call("loss", all, LABELS);
    assertEquals(loss, (double) net.call("gradients", all, LABELS), 1e-14);
    assertEquals(loss, (double) net.call("step", all, LABELS), 1e-14);
    assertTrue((double) net.call("loss", all, LABELS) < loss);
    double[] columns = data(net.call("predict", all));
    double[][] rows = net.call("predict", (Object) SAMPLES);
    for (int s = 0; s < 3; s++) {
      for (int k = 0; k < 4; k++) {
        assertEquals(columns[k * 3 + s], rows[s][k]);
      }
      int largest = 0;
      for (int k = 1; k < 4; k++) {
        largest = rows[s][k] > rows[s][largest] ? k : largest;
      }
      assertEquals(largest, (int) net.call("predictClass", SAMPLES[s]));
    }
    Object predictor = net.call("predictor");
    try {
      Object other = predictor.getClass().getMethod("predict", int[].class).invoke(predictor, all);
      assertArrayEquals(columns, data(other));
    } catch (ReflectiveOperationException broken) {
      throw new AssertionError(broken);
    }
  }

  /** An epoch of one batch is a step with the samples in another order; many batches take each sample once. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void epochsShuffleThem(boolean rows) {
    GeneratedClass.Instance net = words(rows);
    double loss = net.call("loss", array(rows, 0, 1, 2), LABELS);
    assertEquals(loss, (double) net.call("epoch", array(rows, 0, 1, 2), LABELS, 3, 5L), 1e-14);
    GeneratedClass.Instance stepped = words(rows);
    stepped.call("step", array(rows, 0, 1, 2), LABELS);
    assertArrayEquals(data(stepped.call("W_P_2")), data(net.call("W_P_2")), 1e-14);
    GeneratedClass.Instance frozen = instance(WORDS.formatted(rows ? "samples rows;" : "").replace("rate = 0.1", "rate = 0"), new EjmlKernels(), false, 4);
    assertEquals(loss, (double) frozen.call("epoch", array(rows, 0, 1, 2), LABELS, 1, 9L), 1e-14);
  }

  @Test
  void matricesSayHowManySamplesThereAre() {
    GeneratedClass.Instance net = mixed();
    DMatrixRMaj features = new DMatrixRMaj(2, 3);
    DMatrixRMaj numbers = new DMatrixRMaj(1, 3);
    double loss = net.call("step", features, array(false, 0, 1, 2), LABELS, numbers);
    assertTrue(loss > 0);
    double[] one = net.call("predict", new double[] {1, 2}, SAMPLES[0]);
    assertEquals(1, Arrays.stream(one).sum(), 1e-12);
    refused("word has 6 numbers, but must have 9, 3 for each of 3 samples", net, "predict", features, array(false, 0, 1));
    refused("label has 2 numbers, but must have 3, 1 for each of 3 samples", net, "step", features, array(false, 0, 1, 2), new int[2], numbers);
    refused("T is 1 x 2, but must be 1 x 3", net, "step", features, array(false, 0, 1, 2), LABELS, new DMatrixRMaj(1, 2));
    refused("word has 6 numbers, but must have 9, 3 for each of 3 samples", net, "epoch", features, array(false, 0, 1), LABELS, numbers, 2, 1L);
  }

  private static void refused(String message, GeneratedClass.Instance net, String method, Object... arguments) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, () -> net.call(method, arguments)).getMessage());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    GeneratedClass.Instance columns = words(false);
    GeneratedClass.Instance rows = words(true);
    refused("word has 4 numbers, but must have 3 for each sample", columns, "predict", new int[4]);
    refused("word has 0 samples, but a batch has 1 to 4", columns, "predict", new int[0]);
    refused("word has 5 samples, but a batch has 1 to 4", rows, "predict", new int[15]);
    refused("word[4] is 7, but must be from 0 to 6; it is entry 2 of sample 0", columns, "predict", new int[] {0, 0, 0, 0, 7, 0});
    refused("word[4] is 7, but must be from 0 to 6; it is entry 1 of sample 1", rows, "predict", new int[] {0, 0, 0, 0, 7, 0});
    refused("word[1] is -1, but must be from 0 to 6", rows, "loss", new int[] {0, -1, 0}, new int[] {1});
    refused("label[2] is 4, but must be from 0 to 3; it is entry 0 of sample 2", columns, "gradients", array(false, 0, 1, 2), new int[] {0, 3, 4});
    refused("label has 1 numbers, but must have 3, 1 for each of 3 samples", columns, "loss", array(false, 0, 1, 2), new int[1]);
    refused("word[1][2] is 9, but must be from 0 to 6", columns, "predict", (Object) new int[][] {{0, 0, 0}, {0, 0, 9}});
    refused("word has 2 numbers in sample 0, but must have 3", columns, "predict", (Object) new int[][] {{0, 0}});
    double[] before = data(columns.call("W_P_2"));
    refused("label[2] is 4, but must be from 0 to 3; it is entry 0 of sample 2", columns, "epoch", array(false, 0, 1, 2), new int[] {0, 3, 4}, 1, 1L);
    assertArrayEquals(before, data(columns.call("W_P_2")), "nothing is trained with data of which some is refused");
  }

  /** Copies go to matrices that the constructor allocates. */
  @Test
  void callsAllocateNothing() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", MIXED.formatted("")).get(0);
    JavaText text = JavaEmitter.emit(Planner.plan(model), Agreement.OPTIONS);
    String helper = """

        final class Calls implements java.util.function.Consumer<Object[]> {
          @Override
          public void accept(Object[] a) {
            Net net = (Net) a[0];
            net.step((DMatrixRMaj) a[1], (int[]) a[2], (int[]) a[3], (DMatrixRMaj) a[4]);
            net.epoch((DMatrixRMaj) a[1], (int[]) a[2], (int[]) a[3], (DMatrixRMaj) a[4], 2, 1L);
            net.predict((DMatrixRMaj) a[1], (int[]) a[2]);
          }
        }
        """;
    GeneratedClass type = GeneratedClass.compile(new JavaText("", "Net", text.text() + helper));
    Object[] arguments = {type.create(4).object(), new DMatrixRMaj(2, 3), array(false, 0, 1, 2), LABELS, new DMatrixRMaj(1, 3)};
    try {
      type.type().getMethod("initialize", long.class).invoke(arguments[0], 1L);
      var constructor = type.type().getClassLoader().loadClass("Calls").getDeclaredConstructor();
      constructor.setAccessible(true);
      @SuppressWarnings("unchecked")
      var calls = (java.util.function.Consumer<Object[]>) constructor.newInstance();
      calls.accept(arguments);
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int k = 0; k < 1000; k++) {
        calls.accept(arguments);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(bytes < 1000, bytes + " bytes");
    } catch (ReflectiveOperationException broken) {
      throw new AssertionError(broken);
    }
  }

  /** Each array's documentation describes its layout. */
  @Test
  void javadocSaysTheLayout() {
    for (boolean rows : List.of(false, true)) {
      Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", WORDS.formatted(rows ? "samples rows;" : "")).get(0);
      String java = JavaEmitter.emit(Planner.plan(model), Agreement.OPTIONS).text();
      assertTrue(java.contains("@param word " + (rows ? "m * 3" : "3 * m") + " integers from 0 to 6: entry t of a sample is at {@code "
          + (rows ? "sample * 3 + t" : "t * m + sample") + "}\n"), java);
      assertTrue(java.contains("@param label m integers from 0 to 3, one for each sample\n"), java);
      assertTrue(java.contains((rows ? "sample * 3 + t" : "t * n + sample") + "}, with any number of samples n\n"), java);
    }
  }

  /** Large random data agrees with the interpreter, in classes of several threads too. */
  @Test
  void threadsShareThem() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", "model Net { input word[30] of 90; target next of 90; E = embedding(word, 64); H = dense(flatten(E), 256, tanh);"
        + " P = softmax(dense(H, 90)); minimize J = mean(crossentropy(P, next)); train sgd(rate = 0.1); }").get(0).withSinglePrecision(true);
    JavaText text = JavaEmitter.emit(new PlainKernels().plan(model), new CodegenOptions("", new PlainKernels(), "test", "", "net.nn", ""));
    GeneratedClass type = GeneratedClass.compile(text);
    GeneratedClass.Instance one = type.create(64);
    GeneratedClass.Instance two = type.create(64, 2);
    Random random = new Random(3);
    int[] words = random.ints(30 * 64, 0, 90).toArray();
    int[] next = random.ints(64, 0, 90).toArray();
    for (GeneratedClass.Instance net : List.of(one, two)) {
      net.call("initialize", 1L);
      net.call("step", words, next);
      net.call("epoch", words, next, 16, 7L);
    }
    FMatrixRMaj expected = one.call("E_E");
    FMatrixRMaj actual = two.call("E_E");
    assertArrayEquals(expected.data, actual.data);
    two.call("close");
  }

  /** A size without a number is an argument before the data, unless a matrix tells it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sizesMayBeKnownAtRunTimeOnly(boolean rows) {
    String text = "model Net { %s size time; input word[time] of 7; %s target label of 4; S = embedding(word, 3); R[u] = sum[t] S[u, t]; P = softmax(dense(R, 4)%s);"
        + " minimize J = mean(crossentropy(P, label)); train sgd(rate = 0.1); }";
    Program<Phase.Simplified> model = SampleModelTest.simplified("net.nn", text.formatted(rows ? "samples rows;" : "", "", "").replace(rows ? "R[u] = sum[t] S[u, t]" : "", rows ? "R[u] = sum[t] S[t, u]" : "")).get(0);
    GeneratedClass.Instance net = GeneratedClass.compile(JavaEmitter.emit(Planner.plan(model), Agreement.OPTIONS)).create(4, 5);
    net.call("initialize", 1L);
    double loss = net.call("step", 3, array(rows, 0, 1, 2), LABELS);
    assertTrue((double) net.call("loss", 3, array(rows, 0, 1, 2), LABELS) < loss);
    assertTrue((double) net.call("epoch", 3, array(rows, 0, 1, 2), LABELS, 2, 1L) > 0);
    double[][] samples = net.call("predict", 3, SAMPLES);
    assertArrayEquals(samples[0], data(net.call("predict", 3, SAMPLES[0])), 1e-14);
    refused("word has 4 numbers, but must have 3 for each sample", net, "predict", 3, new int[4]);
    refused("time is 6, but must be 1 to 5", net, "predict", 6, new int[6]);
  }
}
