package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nngen.Slow;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The work of the compiler for a layer does not depend on the number of layers. */
@Slow
class DeepNetworkTest {

  /** The stack that the launcher asks for. */
  private static final long STACK = 4 << 20;

  @ParameterizedTest
  @ValueSource(strings = {"relu", "tanh", "sigmoid"})
  void memoryTakenGrowsWithTheNumberOfLayers(String activation) throws InterruptedException {
    allocatedFor(10, activation, "adam(rate = 0.1)");
    long once = allocatedFor(150, activation, "adam(rate = 0.1)");
    long twice = allocatedFor(300, activation, "adam(rate = 0.1)");
    assertTrue(twice <= 2.2 * once, twice + " bytes for 300 layers, " + once + " for 150");
  }

  private static long allocatedFor(int layers, String activation, String optimizer) throws InterruptedException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    AtomicLong allocated = new AtomicLong(-1);
    Thread thread = new Thread(null, () -> {
      Diagnostics diagnostics = new Diagnostics();
      long before = threads.getCurrentThreadAllocatedBytes();
      int classes = new Compiler(Options.DEFAULT, SourceLoader.NONE)
          .generate(new Source("deep.nn", text(layers, activation, optimizer)), diagnostics).size();
      assertEquals(1, classes);
      allocated.set(threads.getCurrentThreadAllocatedBytes() - before);
    }, "deep", STACK);
    thread.start();
    thread.join();
    assertTrue(allocated.get() >= 0, "the compiler failed");
    return allocated.get();
  }

  private static String text(int layers, String activation, String optimizer) {
    StringBuilder text = new StringBuilder("model Deep {\n  input X[8];\n  target Y[1];\n");
    for (int i = 1; i <= layers; i++) {
      text.append("  H").append(i).append(" = dense(").append(i == 1 ? "X" : "H" + (i - 1)).append(", 8) |> ").append(activation).append(";\n");
    }
    return text + "  P = dense(H" + layers + ", 1) |> sigmoid;\n  minimize J = mean(logloss(P, Y));\n  train " + optimizer + ";\n}\n";
  }
}
