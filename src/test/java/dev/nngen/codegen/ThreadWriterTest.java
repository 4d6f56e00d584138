package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nngen.LongLoops;
import dev.nngen.Slow;
import dev.nngen.ir.Extent;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes whose instances may have several threads: what these compute, allocate and throw, and that they end. */
@Slow
@LongLoops
@Timeout(120)
class ThreadWriterTest {

  private static final KernelSet PLAIN = new PlainKernels();

  /** The class of the network; a name of its own tells its threads from those of other tests. */
  private static GeneratedClass compile(String name, KernelSet kernels, String samples, String optimizer) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", WideModel.text(name, samples, optimizer)).get(0);
    return new Agreement(model, 1, kernels).generated();
  }

  /** Returns the parameters after a few steps with batches of different sizes, followed by the losses. */
  private static double[] train(GeneratedClass.Instance net, String samples) {
    net.call("initialize", 5L);
    Random random = new Random(7);
    double[] result = new double[WideModel.PARAMETERS + 4];
    int at = WideModel.PARAMETERS;
    for (int m : new int[] {37, 1, 20, 37}) {
      result[at++] = Agreement.real(net.call("step", WideModel.draw(samples, 301, m, random), WideModel.draw(samples, 5, m, random)));
    }
    net.call("getParameters", result, 0);
    return result;
  }

  private static List<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(name + "-")).toList();
  }

  @ParameterizedTest
  @CsvSource({"plain, rows, adam(0.001)", "plain, columns, momentum(0.01)", "plain, rows, clipnorm(0.5) |> sgd(0.01)",
      "vector, rows, adam(0.001)", "vector, columns, sgd(0.01)", "vector, columns, clipnorm(0.5) |> adam(0.01)"})
  void anyNumberOfThreadsTrainsAlike(String kernels, String samples, String optimizer) {
    GeneratedClass type = compile("Alike", kernels.equals("plain") ? PLAIN : new VectorKernels(), samples, optimizer);
    double[] one = train(type.create(37), samples);
    assertArrayEquals(train(compile("Ejml", new EjmlKernels(), samples, optimizer).create(37), samples), one, 1e-9, "EJML");
    for (int threads : new int[] {1, 2, 3, 8}) {
      GeneratedClass.Instance net = type.create(37, threads);
      double[] several = train(net, samples);
      // Sums over a vector's lanes are rounded in another order before HotSpot has compiled them.
      assertArrayEquals(one, several, kernels.equals("plain") ? 0 : 1e-12, threads + " threads");
      assertArrayEquals(several, train(net, samples), kernels.equals("plain") ? 0 : 1e-12, threads + " threads, again");
      net.call("close");
    }
    assertTrue(threads("Alike").isEmpty());
  }

  /** A convolution, attention and a recurrence, each divided along several axes. */
  @ParameterizedTest
  @ValueSource(strings = {"input X[3, 9, 7, m]; target Y[2]; A = maxpool2d(conv2d(X, 8, 3, padding = 1) |> tanh, 2); P = dense(flatten(conv2d(A, 20, 3, padding = 1) |> relu), 2);",
      "input X[32, 16, m]; target Y[2]; H = transformer(X, heads = 4, hidden = 48, mix = causalattention); P = dense(H[:, end], 2);",
      "input X[12, 6, m]; target Y[2]; H = lstm(X, 48); P = dense(last(gru(H, 32)), 2);"})
  void tensorsDoNotDependOnThreads(String statements) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { " + statements + " minimize J = mean(squared(P, Y)); train adam(0.01); }").get(0);
    GeneratedClass type = new Agreement(model, 1, DividedKernels.ALL.get(0)).generated();
    double[] one = trained(type.create(37, 1), model);
    for (int threads : new int[] {2, 3, 7}) {
      assertArrayEquals(one, trained(type.create(37, threads), model), threads + " threads");
    }
  }

  private static double[] trained(GeneratedClass.Instance net, Program<?> model) {
    net.call("initialize", 5L);
    Random random = new Random(7);
    for (int m : new int[] {37, 1, 16}) {
      net.call("step", WideModel.draw("columns", rows(model, "X"), m, random), WideModel.draw("columns", 2, m, random));
    }
    double[] parameters = new double[net.count("PARAMETER_COUNT")];
    net.call("getParameters", parameters, 0);
    net.call("close");
    return parameters;
  }

  private static int rows(Program<?> model, String name) {
    return model.graph().node(model.graph().named(name).node()).shape().stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  @Test
  void noThreadAllocates() {
    GeneratedClass.Instance net = compile("Frugal", PLAIN, "rows", "adam(0.001)").create(64, 3);
    net.call("initialize", 1L);
    DMatrixRMaj x = WideModel.draw("rows", 301, 64, new Random(1));
    DMatrixRMaj y = WideModel.draw("rows", 5, 64, new Random(2));
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<Long, Long> least = new HashMap<>();
    for (int run = 0; run < 30; run++) {
      Map<Long, Long> before = allocated(bean);
      net.call("step", x, y);
      allocated(bean).forEach((id, bytes) -> least.merge(id, bytes - before.get(id), Math::min));
    }
    assertEquals(List.of(0L, 0L), List.copyOf(least.values()));
    net.call("close");
  }

  private static Map<Long, Long> allocated(ThreadMXBean bean) {
    Map<Long, Long> bytes = new HashMap<>();
    threads("Frugal").forEach(thread -> bytes.put(thread.getId(), bean.getThreadAllocatedBytes(thread.getId())));
    return bytes;
  }

  @Test
  void closingEndsTheThreadsAndLeavesTheNetworkUsable() {
    GeneratedClass type = compile("Closed", PLAIN, "rows", "adam(0.001)");
    GeneratedClass.Instance net = type.create(37, 4);
    assertEquals(3, threads("Closed").size());
    assertTrue(threads("Closed").stream().allMatch(Thread::isDaemon));
    double[] before = train(net, "rows");
    net.call("close");
    assertTrue(threads("Closed").isEmpty());
    net.call("close");
    assertArrayEquals(before, train(net, "rows"));
  }

  @Test
  void threadsOfANetworkThatNobodyUsesEnd() throws InterruptedException {
    abandon(compile("Abandoned", PLAIN, "rows", "sgd(0.1)"));
    while (!threads("Abandoned").isEmpty()) {
      System.gc();
      Thread.sleep(50);
    }
  }

  private static void abandon(GeneratedClass type) {
    train(type.create(37, 3), "rows");
    assertEquals(2, threads("Abandoned").size());
  }

  @Test
  void manyNetworksRunAtOnce() throws InterruptedException {
    GeneratedClass type = compile("Many", PLAIN, "rows", "sgd(0.01)");
    double[] expected = train(type.create(37), "rows");
    List<Throwable> failures = new ArrayList<>();
    List<Thread> callers = Stream.generate(() -> new Thread(() -> {
      GeneratedClass.Instance net = type.create(37, 2);
      assertArrayEquals(expected, train(net, "rows"));
      net.call("close");
    })).limit(6).toList();
    callers.forEach(caller -> caller.setUncaughtExceptionHandler((thread, thrown) -> {
      synchronized (failures) {
        failures.add(thrown);
      }
    }));
    callers.forEach(Thread::start);
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(List.of(), failures);
    assertTrue(threads("Many").isEmpty());
  }

  @Test
  void whatAThreadThrowsIsThrownToTheCaller() {
    GeneratedClass.Instance net = compile("Thrown", PLAIN, "rows", "sgd(0.01)").create(37, 2);
    double[] before = train(net, "rows");
    // All rows of the second half of the columns are missing, which the second thread works on.
    DMatrixRMaj weights = net.call("W_A");
    double[] entries = weights.data;
    weights.data = new double[200];
    assertThrows(ArrayIndexOutOfBoundsException.class, () -> train(net, "rows"));
    weights.data = entries;
    assertArrayEquals(before, train(net, "rows"));
    net.call("close");
  }

  @Test
  void anInterruptedCallerGetsItsResult() {
    GeneratedClass type = compile("Interrupted", PLAIN, "rows", "sgd(0.01)");
    double[] expected = train(type.create(37), "rows");
    assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
      GeneratedClass.Instance net = type.create(37, 2);
      Thread.currentThread().interrupt();
      assertArrayEquals(expected, train(net, "rows"));
      assertTrue(Thread.currentThread().isInterrupted());
      threads("Interrupted").forEach(Thread::interrupt);
      assertArrayEquals(expected, train(net, "rows"));
      net.call("close");
      assertTrue(Thread.interrupted());
    });
    assertTrue(threads("Interrupted").isEmpty());
  }

  @Test
  void wrongNumbersOfThreadsAreRefused() {
    GeneratedClass type = compile("Wrong", PLAIN, "rows", "sgd(0.01)");
    assertThrows(IllegalArgumentException.class, () -> type.create(37, 0));
    assertThrows(IllegalArgumentException.class, () -> type.create(0, 2));
    assertTrue(threads("Wrong").isEmpty());
  }

  /** A small network, and any that calls EJML, has one constructor and nothing to close. */
  @Test
  void networksThatCannotGainHaveNoThreads() {
    Program<Phase.Simplified> small = SampleModelTest.simplified("s.nn", "model S { input X[64]; target Y[10]; P = dense(X, 32) |> tanh; Q = dense(P, 10);"
        + " minimize J = mean(squared(Q, Y)); train adam(rate = 0.01); }").get(0);
    for (KernelSet kernels : KernelSets.ALL) {
      Class<?> type = new Agreement(small, 1, kernels).generated().type();
      assertEquals(1, type.getConstructors().length);
      assertFalse(AutoCloseable.class.isAssignableFrom(type));
    }
    assertEquals(1, compile("Calls", new EjmlKernels(), "rows", "sgd(0.01)").type().getConstructors().length);
  }
}
