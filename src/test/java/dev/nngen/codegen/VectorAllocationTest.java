package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Code for vectors allocates nothing once HotSpot has compiled it. Each class has a virtual machine of its own, since what that
 * compiles depends on all vector code that has run in it.
 */
@Slow
class VectorAllocationTest {

  private static final int BATCH = 32;
  private static final int CALLS = 200;

  private static final String DENSE = "samples rows; input X[%d]; target Y[10]; H = dense(X, %d) |> tanh;";
  private static final String IMAGES = "input X[1, 12, 12, m]; target Y[10]; A = conv2d(X, 8, 3) |> relu; H = flatten(maxpool2d(A, 2));";

  private static final String STEPS = "input X[16, 8, m]; target Y[10]; L = %s(X, 32); H = last(L);";
  private static final String CONDITIONS = """
      input X[16, 8, m]; target Y[10]; param W[16, 16] = glorot;
      over t {
        start S = 0;
        start C = 0;
        A = tanh(W * prev(S) + X[:, t]);
        C = where(t >= 3, 0.5 * prev(C) + A .* prev(S), A .* A);
        S = where(t >= 6, tanh(C) + A, A .* sigmoid(C));
      }
      H = last(S);""";

  static Stream<Arguments> models() {
    return Stream.of(Arguments.of("f64", STEPS.formatted("lstm"), 128, 1), Arguments.of("f32", STEPS.formatted("gru"), 128, 1), Arguments.of("f32", STEPS.formatted("rnn"), 128, 1),
        Arguments.of("f32", CONDITIONS, 128, 1), Arguments.of("f32", DENSE.formatted(16, 32), 16, 1), Arguments.of("f64", DENSE.formatted(300, 256), 300, 2), Arguments.of("f32", IMAGES, 144, 1));
  }

  @ParameterizedTest
  @MethodSource("models")
  void nothingIsAllocatedOnceItIsCompiled(String precision, String layers, int inputs, int threads) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
        "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), Measurement.class.getName(), precision,
        layers, Integer.toString(inputs), Integer.toString(threads)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertEquals(0, process.waitFor());
    assertEquals(List.of("step 0", "gradients 0", "loss 0", "predict 0"), lines);
  }

  /** Prints the least that some calls of each method allocate. */
  static final class Measurement {

    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Measurement() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
      boolean single = arguments[0].equals("f32");
      boolean rows = arguments[1].startsWith("samples rows");
      int inputs = Integer.parseInt(arguments[2]);
      int threads = Integer.parseInt(arguments[3]);
      Program<Phase.Simplified> model = SampleModelTest.simplified("v.nn", "precision " + arguments[0] + "; model Net { " + arguments[1] + " P = dense(H, 10) |> softmax; minimize J = mean(crossentropy(P, Y)); train adam(rate = 1e-6); }").get(0);
      JavaText text = new Agreement(model, 1, new VectorKernels()).text();
      GeneratedClass type = GeneratedClass.compile(new JavaText(text.packageName(), text.className(), text.text() + calls(single ? "FMatrixRMaj" : "DMatrixRMaj")));
      GeneratedClass.Instance net = threads > 1 ? type.create(BATCH, threads) : type.create(BATCH);
      net.call("initialize", 1L);
      Matrix x = draw(inputs, single, rows);
      Method of = type.type().getClassLoader().loadClass("Calls").getDeclaredMethod("of", type.type(), x.getClass(), x.getClass());
      of.setAccessible(true);
      Runnable[] methods = (Runnable[]) of.invoke(null, net.object(), x, draw(10, single, rows));
      long[] threadIds = BEAN.getAllThreadIds();
      for (int k = 0; k < methods.length; k++) {
        System.out.println(List.of("step", "gradients", "loss", "predict").get(k) + " " + least(methods[k], threadIds));
      }
    }

    /** A class of its own that calls the methods, since reflection allocates. */
    private static String calls(String matrix) {
      return "\nfinal class Calls {\n  static Runnable[] of(Net net, " + matrix + " x, " + matrix + " y) {\n"
          + "    return new Runnable[] {() -> net.step(x, y), () -> net.gradients(x, y), () -> net.loss(x, y), () -> net.predict(x)};\n  }\n}\n";
    }

    private static Matrix draw(int features, boolean single, boolean rows) {
      int height = rows ? BATCH : features;
      int width = rows ? features : BATCH;
      Matrix matrix = single ? new FMatrixRMaj(height, width) : new DMatrixRMaj(height, width);
      Random random = new Random(3);
      for (int k = 0; k < BATCH * features; k++) {
        if (single) {
          Array.setFloat(Agreement.data(matrix), k, random.nextFloat());
        } else {
          Array.setDouble(Agreement.data(matrix), k, random.nextDouble());
        }
      }
      return matrix;
    }

    /** The least that some calls allocate, once that is nothing or half a minute is over. */
    private static long least(Runnable method, long[] threadIds) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      long least = Long.MAX_VALUE;
      while (least > 0 && System.nanoTime() < end) {
        long before = allocated(threadIds);
        for (int call = 0; call < CALLS; call++) {
          method.run();
        }
        least = Math.min(least, allocated(threadIds) - before);
      }
      return least;
    }

    private static long allocated(long[] threadIds) {
      long sum = 0;
      for (long id : threadIds) {
        sum += BEAN.getThreadAllocatedBytes(id);
      }
      return sum;
    }
  }
}
