package dev.nngen.samples;

import dev.nngen.codegen.GeneratedClass;
import dev.nngen.codegen.JavaText;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * Calls of a generated class from Java text compiled with it, since calls by reflection allocate: they box the result and
 * put the arguments into an array.
 */
final class Calls {

  private Calls() {}

  /** The class with a helper that holds one call of each method. */
  static GeneratedClass compile(JavaText text, int inputs, int matrices) {
    String all = arguments(matrices);
    String helper = String.join("\n", "",
        "final class Calls {",
        "  static Runnable[] of(Object object, DMatrixRMaj[] data, double[] flat) {",
        "    " + text.className() + " net = (" + text.className() + ") object;",
        "    return new Runnable[] {() -> net.step(" + all + "), () -> net.gradients(" + all + "), () -> net.loss(" + all + "),",
        "        () -> net.predict(" + arguments(inputs) + "), () -> net.addGradients(flat, 0), () -> net.applyGradients(flat, 0),",
        "        () -> net.getParameters(flat, 0), () -> net.setParameters(flat, 0)};",
        "  }",
        "}",
        "");
    return GeneratedClass.compile(new JavaText(text.packageName(), text.className(), text.text() + helper));
  }

  private static String arguments(int count) {
    return IntStream.range(0, count).mapToObj(i -> "data[" + i + "]").collect(Collectors.joining(", "));
  }

  /** The bytes that each of the methods allocates in a number of calls after the first one. */
  static long[] allocatedBytes(Net net, DMatrixRMaj[] data, int calls) {
    Runnable[] methods = of(net, data);
    long[] bytes = new long[methods.length];
    for (int k = 0; k < methods.length; k++) {
      methods[k].run();
      bytes[k] = allocatedBytes(methods[k], calls);
    }
    return bytes;
  }

  private static long allocatedBytes(Runnable call, int calls) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadAllocatedBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static Runnable[] of(Net net, DMatrixRMaj[] data) {
    try {
      Class<?> helper = net.object().getClass().getClassLoader().loadClass("Calls");
      Method method = helper.getDeclaredMethod("of", Object.class, DMatrixRMaj[].class, double[].class);
      method.setAccessible(true);
      return (Runnable[]) method.invoke(null, net.object(), data, new double[net.parameterCount()]);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
