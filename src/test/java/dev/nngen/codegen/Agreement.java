package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowered;
import dev.nngen.plan.Planner;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** Runs a generated class and the reference interpreter on the same random numbers and compares all that both compute. */
final class Agreement {

  static final CodegenOptions OPTIONS =
      options(new EjmlKernels());

  private final Lowered model;
  private final Random random;
  private final GeneratedClass generated;
  private final JavaText text;
  private final double tolerance;

  Agreement(Lowered model, long seed) {
    this(model, seed, new EjmlKernels());
  }

  Agreement(Lowered model, long seed, KernelSet kernels) {
    this.model = model;
    this.random = new Random(seed);
    this.text = JavaEmitter.emit(Planner.plan(model), options(kernels));
    this.generated = GeneratedClass.compile(text);
    this.tolerance = model.singlePrecision() ? 2e-4 : 1e-10;
  }

  static CodegenOptions options(KernelSet kernels) {
    return new CodegenOptions("", kernels, "test", "--kernels " + kernels.name(), "test.nn", "0123456789abcdef");
  }

  GeneratedClass generated() {
    return generated;
  }

  JavaText text() {
    return text;
  }

  /** Compares for batches of the sizes, in that order, on one instance. */
  void check(int... batches) {
    check(generated.create(IntStream.of(batches).max().orElse(1)), batches);
  }

  /** The same for an instance that has several threads. */
  void checkThreads(int threads, int... batches) {
    GeneratedClass.Instance instance = generated.create(IntStream.of(batches).max().orElse(1), threads);
    check(instance, batches);
    instance.call("close");
  }

  private void check(GeneratedClass.Instance instance, int[] batches) {
    for (int m : batches) {
      check(instance, m);
    }
  }

  private void check(GeneratedClass.Instance instance, int m) {
    Map<String, double[]> leaves = new HashMap<>();
    List<Object> inputs = new ArrayList<>();
    List<Object> all = new ArrayList<>();
    for (String name : model.inputs()) {
      inputs.add(draw(name, m, leaves, null));
    }
    all.addAll(inputs);
    for (String name : model.targets()) {
      all.add(draw(name, m, leaves, null));
    }
    for (Lowered.Parameter parameter : model.parameters()) {
      draw(parameter.name(), m, leaves, instance.call(parameter.name()));
    }
    Interpreter oracle = new Interpreter(model.graph(), leaves, Map.of("m", m));
    compare(model.output(), oracle.matrix(model.output()), instance.call("predict", inputs.toArray()));
    if (model.loss().isPresent()) {
      double loss = oracle.value(model.loss().get())[0];
      compare("loss", loss, real(instance.call("loss", all.toArray())));
      compare("gradients", loss, real(instance.call("gradients", all.toArray())));
      for (Lowered.Parameter parameter : model.parameters()) {
        compare("grad " + parameter.name(), oracle.matrix(Lowered.gradientName(model.loss().get(), parameter.name())),
            instance.call("grad" + parameter.name()));
      }
      compare("loss again", loss, real(instance.call("loss", all.toArray())));
      compare(model.output(), oracle.matrix(model.output()), instance.call("predict", inputs.toArray()));
    }
  }

  static double real(Object number) {
    return ((Number) number).doubleValue();
  }

  private void compare(String what, double[][] expected, Matrix actual) {
    assertEquals(expected.length, actual.getNumRows(), () -> what + " rows");
    assertEquals(expected[0].length, actual.getNumCols(), () -> what + " columns");
    Object data = data(actual);
    for (int r = 0; r < expected.length; r++) {
      for (int c = 0; c < expected[0].length; c++) {
        compare(what + "[" + r + ", " + c + "]", expected[r][c], Array.getDouble(data, r * expected[0].length + c));
      }
    }
  }

  private void compare(String what, double expected, double actual) {
    boolean same = Double.compare(expected, actual) == 0 || expected == actual
        || Math.abs(expected - actual) <= tolerance * Math.max(1, Math.max(Math.abs(expected), Math.abs(actual)));
    assertTrue(same, () -> what + " is " + actual + ", must be " + expected + "\n" + text.text());
  }

  static Object data(Matrix matrix) {
    return matrix instanceof DMatrixRMaj d ? d.data : ((FMatrixRMaj) matrix).data;
  }

  /** Draws a value, for the interpreter in the order of its axes and as a matrix; {@code into} is filled where it is given. */
  private Matrix draw(String name, int m, Map<String, double[]> leaves, Matrix into) {
    Graph.Value value = model.graph().named(name);
    List<Extent> shape = model.graph().node(value.node()).shape();
    int rows = value.row() == Graph.Value.NONE ? 1 : size(shape.get(value.row()), m);
    int columns = value.column() == Graph.Value.NONE ? 1 : size(shape.get(value.column()), m);
    Matrix matrix = into != null ? into : model.singlePrecision() ? new FMatrixRMaj(rows, columns) : new DMatrixRMaj(rows, columns);
    double[] entries = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        float drawn = (float) (0.25 + random.nextDouble());
        boolean turned = value.column() == 0 && value.row() == 1;
        entries[turned ? c * rows + r : r * columns + c] = drawn;
        if (matrix instanceof DMatrixRMaj d) {
          d.set(r, c, drawn);
        } else {
          ((FMatrixRMaj) matrix).set(r, c, drawn);
        }
      }
    }
    leaves.put(((Node.Leaf) model.graph().node(value.node())).name(), entries);
    return matrix;
  }

  private static int size(Extent extent, int m) {
    return extent instanceof Extent.Fixed fixed ? fixed.size() : m;
  }
}
