package dev.nngen.codegen;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import javax.tools.ToolProvider;

/** Generated classes called {@code Net} that take turns: the least processor time of a training step of each. */
final class Turns {

  private static final int BATCH = 16;
  private static final int ROUNDS = 15;
  private static final long WARM_UP = 1_000_000_000;
  private static final double TURN = 10_000_000;
  private static final int FIRST_STEPS = 1000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Calls a class, so that no reflection is timed. */
  private static final String DRIVER = """
      public final class Driver implements java.util.function.IntConsumer {
        private final Net net = new Net(%1$d).initialize(1);
        private final org.ejml.data.FMatrixRMaj x = random(%2$d);
        private final org.ejml.data.FMatrixRMaj y = random(%3$d);
        private static org.ejml.data.FMatrixRMaj random(int columns) {
          return org.ejml.dense.row.RandomMatrices_FDRM.rectangle(%1$d, columns, -1, 1, new java.util.Random(columns));
        }
        public void accept(int steps) {
          for (int k = 0; k < steps; k++) {
            net.step(x, y);
          }
        }
      }
      """;

  private final List<IntConsumer> nets = new ArrayList<>();

  /** @param texts of the classes, all with so many inputs and outputs */
  Turns(List<String> texts, int inputs, int outputs) throws IOException, ReflectiveOperationException {
    for (String text : texts) {
      nets.add(load(text, String.format(DRIVER, BATCH, inputs, outputs)));
    }
  }

  private static IntConsumer load(String net, String driver) throws IOException, ReflectiveOperationException {
    Path folder = Files.createTempDirectory(Path.of(System.getProperty("cost.work")), "net");
    Path netFile = Files.writeString(folder.resolve("Net.java"), net);
    Path driverFile = Files.writeString(folder.resolve("Driver.java"), driver);
    int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-nowarn", "-Xlint:none", "-proc:none", "--add-modules", "jdk.incubator.vector",
        "-d", folder.toString(), netFile.toString(), driverFile.toString());
    if (status != 0) {
      throw new IllegalStateException("javac refuses " + folder);
    }
    URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    return (IntConsumer) loader.loadClass("Driver").getConstructor().newInstance();
  }

  /** The best turn of each, in nanoseconds a step. */
  double[] nanoseconds() {
    int[] steps = nets.stream().mapToInt(Turns::warmUp).toArray();
    double[] best = new double[nets.size()];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int round = 0; round < ROUNDS; round++) {
      for (int k = 0; k < best.length; k++) {
        best[k] = Math.min(best[k], time(nets.get(k), steps[k]) / steps[k]);
      }
    }
    return best;
  }

  /** Returns the number of steps of a turn. */
  private static int warmUp(IntConsumer net) {
    long end = THREADS.getCurrentThreadCpuTime() + WARM_UP;
    double last = TURN;
    while (THREADS.getCurrentThreadCpuTime() < end) {
      last = time(net, FIRST_STEPS);
    }
    return (int) Math.max(1, TURN / last * FIRST_STEPS);
  }

  private static double time(IntConsumer net, int steps) {
    long start = THREADS.getCurrentThreadCpuTime();
    net.accept(steps);
    return THREADS.getCurrentThreadCpuTime() - start;
  }
}
