package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Contracts of a generated class other than its numbers. */
class EntryPointTest {

  private static final String MODEL = """
      model Small {
        input X[6]; target Y[3] where colsum(Y) == 1;
        H = dense(X, 5) |> gelu;
        P = dense(H, 3) |> softmax;
        minimize J = mean(crossentropy(P, Y)) + l2(1e-2);
        train clipnorm(1) |> adam(rate = 1e-2);
      }
      """;

  private static final GeneratedClass SMALL = compile(MODEL);

  static GeneratedClass compile(String text) {
    List<Program<Phase.Simplified>> models = SampleModelTest.simplified("small.nn", text);
    assertEquals(1, models.size());
    return new Agreement(models.get(0), 1).generated();
  }

  static DMatrixRMaj random(int rows, int columns, long seed) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    Random random = new Random(seed);
    for (int k = 0; k < matrix.data.length; k++) {
      matrix.data[k] = random.nextGaussian();
    }
    return matrix;
  }

  static DMatrixRMaj oneHot(int rows, int columns) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    for (int c = 0; c < columns; c++) {
      matrix.set(c % rows, c, 1);
    }
    return matrix;
  }

  private static double[] parameters(GeneratedClass.Instance instance) {
    double[] all = new double[53];
    instance.call("getParameters", all, 0);
    return all;
  }

  @Test
  void nothingIsAllocatedFromTheSecondCallOn() throws Exception {
    GeneratedClass.Instance instance = SMALL.create(8);
    instance.call("initialize", 1L);
    Object[] pair = {random(6, 8, 1), oneHot(3, 8)};
    Object[] one = {pair[0]};
    double[] sums = new double[53];
    Object[] flat = {sums, 0};
    var methods = List.of(SMALL.type().getMethod("predict", DMatrixRMaj.class),
        SMALL.type().getMethod("loss", DMatrixRMaj.class, DMatrixRMaj.class),
        SMALL.type().getMethod("gradients", DMatrixRMaj.class, DMatrixRMaj.class),
        SMALL.type().getMethod("step", DMatrixRMaj.class, DMatrixRMaj.class),
        SMALL.type().getMethod("addGradients", double[].class, int.class));
    List<Object[]> arguments = List.of(one, pair, pair, pair, flat);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    for (int k = 0; k < methods.size(); k++) {
      for (int warm = 0; warm < 2000; warm++) {
        methods.get(k).invoke(instance.object(), arguments.get(k));
      }
      long least = Long.MAX_VALUE;
      for (int run = 0; run < 20; run++) {
        long before = threads.getThreadAllocatedBytes(id);
        methods.get(k).invoke(instance.object(), arguments.get(k));
        least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
      }
      // Reflection boxes the result, and nothing else may be allocated.
      assertTrue(least <= 24, methods.get(k) + " allocates " + least + " bytes");
    }
  }

  @Test
  void trainingLowersTheLossAndTheSameSeedGivesTheSameBits() {
    GeneratedClass.Instance a = SMALL.create(8);
    GeneratedClass.Instance b = SMALL.create(12);
    a.call("initialize", 7L);
    b.call("initialize", 7L);
    DMatrixRMaj x = random(6, 8, 3);
    DMatrixRMaj y = oneHot(3, 8);
    double first = a.<Double>call("step", x, y);
    assertEquals(first, b.<Double>call("step", x, y));
    for (int k = 0; k < 300; k++) {
      assertEquals(a.<Double>call("step", x, y), b.<Double>call("step", x, y));
    }
    assertTrue(a.<Double>call("loss", x, y) < first / 4);
    a.call("initialize", 7L);
    assertEquals(first, a.<Double>call("step", x, y));
  }

  @Test
  void gradientsChangeNoParameter() {
    GeneratedClass.Instance instance = SMALL.create(4);
    instance.call("initialize", 7L);
    double[] before = parameters(instance);
    instance.call("gradients", random(6, 4, 3), oneHot(3, 4));
    assertArrayEquals(before, parameters(instance));
  }

  @Test
  void stepsFromOutsideGradientsAreSteps() {
    GeneratedClass.Instance a = SMALL.create(8);
    GeneratedClass.Instance b = SMALL.create(8);
    a.call("initialize", 7L);
    b.call("initialize", 7L);
    DMatrixRMaj x = random(6, 8, 3);
    for (int k = 0; k < 5; k++) {
      a.call("step", x, oneHot(3, 8));
      b.call("gradients", x, oneHot(3, 8));
      double[] sum = new double[60];
      b.call("addGradients", sum, 7);
      b.call("applyGradients", sum, 7);
    }
    assertArrayEquals(parameters(a), parameters(b));
  }

  @Test
  void parametersAreNamedAndLieInOrder() throws Exception {
    assertEquals(53, SMALL.type().getField("PARAMETER_COUNT").get(null));
    assertEquals(List.of("W_H", "b_H", "W_P", "b_P"), SMALL.type().getMethod("parameterNames").invoke(null));
    assertEquals(35, SMALL.type().getMethod("parameterOffset", String.class).invoke(null, "W_P"));
    assertEquals(5, SMALL.type().getMethod("parameterColumns", String.class).invoke(null, "W_P"));
    GeneratedClass.Instance instance = SMALL.create(1);
    double[] values = random(1, 60, 9).data;
    instance.call("setParameters", values, 7);
    assertEquals(values[7 + 35 + 5], instance.<DMatrixRMaj>call("W_P").get(1, 0));
  }

  @Test
  void wrongArgumentsAreNamed() {
    GeneratedClass.Instance instance = SMALL.create(4);
    instance.call("initialize", 7L);
    assertFault("X is 5 x 4, but must be 6 x 4", () -> instance.call("predict", new DMatrixRMaj(5, 4)));
    assertFault("Y is 3 x 2, but must be 3 x 4", () -> instance.call("loss", new DMatrixRMaj(6, 4), new DMatrixRMaj(3, 2)));
    assertFault("X has 5 samples, but a batch has 1 to 4", () -> instance.call("predict", new DMatrixRMaj(6, 5)));
    assertFault("X has 0 samples, but a batch has 1 to 4", () -> instance.call("predict", new DMatrixRMaj(6, 0)));
    assertFault("53 entries from offset 1 on do not fit an array of length 53", () -> instance.call("getParameters", new double[53], 1));
    assertFault("53 entries from offset -1 on do not fit an array of length 99", () -> instance.call("addGradients", new double[99], -1));
    assertThrows(IllegalArgumentException.class, () -> SMALL.create(0));
    assertThrows(IllegalArgumentException.class, () -> SMALL.create(Integer.MAX_VALUE));
  }

  private static void assertFault(String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void sameModelSameText() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("small.nn", MODEL).get(0);
    assertEquals(new Agreement(model, 1).text(), new Agreement(model, 2).text());
  }

  @Test
  void errorFunctionIsExact() throws Exception {
    GeneratedClass erf = compile("model E { input X[1]; A = erf(X); output A; }");
    GeneratedClass.Instance instance = erf.create(1);
    for (double x = -7; x <= 7; x += 0.0137) {
      double expected = dev.nngen.ir.Evaluator.apply(dev.nngen.ir.Fn.ERF, x);
      double actual = instance.<DMatrixRMaj>call("predict", new DMatrixRMaj(new double[][] {{x}})).get(0);
      assertEquals(expected, actual, 1e-15 * Math.abs(expected) + 5e-17);
    }
  }
}
