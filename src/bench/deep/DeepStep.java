import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;

/** Prints the processor time of a training step of the generated class {@code Deep}, divided by its layers, in microseconds. */
final class DeepStep {

  private static final int BATCH = 32;
  /** Nanoseconds of this thread's processor time: on a busy machine HotSpot's threads get as much of it meanwhile. */
  private static final long WARM_UP = 8_000_000_000L;
  private static final int ROUNDS = 15;

  private DeepStep() {}

  public static void main(String[] arguments) throws ReflectiveOperationException {
    int layers = Integer.parseInt(arguments[0]);
    Class<?> type = Class.forName("Deep");
    Object network = type.getConstructor(int.class).newInstance(BATCH);
    type.getMethod("initialize", long.class).invoke(network, 1L);
    Method step = type.getMethod("step", DMatrixRMaj.class, DMatrixRMaj.class);
    DMatrixRMaj x = new DMatrixRMaj(16, BATCH);
    DMatrixRMaj y = new DMatrixRMaj(1, BATCH);
    Random random = new Random(1);
    for (int k = 0; k < x.data.length; k++) {
      x.data[k] = random.nextGaussian();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + WARM_UP;
    while (threads.getCurrentThreadCpuTime() < end) {
      step.invoke(network, x, y);
    }
    int steps = Math.max(1, 20_000 / layers);
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadCpuTime();
      for (int k = 0; k < steps; k++) {
        step.invoke(network, x, y);
      }
      best = Math.min(best, (threads.getCurrentThreadCpuTime() - before) / 1e3 / steps / layers);
    }
    System.out.printf(Locale.ROOT, "%.2f%n", best);
  }
}
