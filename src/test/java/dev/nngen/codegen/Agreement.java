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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** Runs a generated class and the reference interpreter on the same random numbers and compares all that both compute. */
public final class Agreement {

  static final CodegenOptions OPTIONS =
      options(new EjmlKernels());

  private final Lowered model;
  private final IntFunction<Map<String, double[]>> points;
  private final GeneratedClass generated;
  private final JavaText text;
  private final double tolerance;

  Agreement(Lowered model, long seed) {
    this(model, seed, new EjmlKernels());
  }

  Agreement(Lowered model, long seed, KernelSet kernels) {
    this(model, JavaEmitter.emit(Planner.plan(model), options(kernels)), drawn(model, new Random(seed)));
  }

  /** @param points gives the entries of all leaves, which are floats, for a number of samples */
  public Agreement(Lowered model, JavaText text, IntFunction<Map<String, double[]>> points) {
    this.model = model;
    this.points = points;
    this.text = text;
    this.generated = GeneratedClass.compile(text);
    this.tolerance = model.singlePrecision() ? 2e-4 : 1e-10;
  }

  private static IntFunction<Map<String, double[]>> drawn(Lowered model, Random random) {
    return m -> {
      Map<String, double[]> leaves = new HashMap<>();
      Interpreter sizes = new Interpreter(model.graph(), Map.of(), Map.of("m", m));
      Stream.of(model.inputs(), model.targets(), model.parameters().stream().map(Lowered.Parameter::name).toList()).flatMap(List::stream)
          .map(name -> (Node.Leaf) model.graph().node(model.graph().named(name).node())).forEach(leaf -> {
            double[] entries = new double[leaf.shape().stream().mapToInt(sizes::size).reduce(1, (a, b) -> a * b)];
            Arrays.setAll(entries, k -> (float) (0.25 + random.nextDouble()));
            leaves.put(leaf.name(), entries);
          });
      return leaves;
    };
  }

  static CodegenOptions options(KernelSet kernels) {
    return new CodegenOptions("", kernels, "test", "--kernels " + kernels.name(), "test.nn", "0123456789abcdef");
  }

  public GeneratedClass generated() {
    return generated;
  }

  JavaText text() {
    return text;
  }

  /** Compares for batches of the sizes, in that order, on one instance. */
  public void check(int... batches) {
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
    Map<String, double[]> leaves = points.apply(m);
    List<Object> inputs = new ArrayList<>();
    for (String name : model.inputs()) {
      inputs.add(matrix(name, m, leaves, null));
    }
    List<Object> all = new ArrayList<>(inputs);
    for (String name : model.targets()) {
      all.add(matrix(name, m, leaves, null));
    }
    for (Lowered.Parameter parameter : model.parameters()) {
      matrix(parameter.name(), m, leaves, instance.call(parameter.name()));
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

  /** A leaf's entries as a matrix; {@code into} is filled where it is given. */
  private Matrix matrix(String name, int m, Map<String, double[]> leaves, Matrix into) {
    Graph.Value value = model.graph().named(name);
    Node.Leaf leaf = (Node.Leaf) model.graph().node(value.node());
    int rows = value.row() == Graph.Value.NONE ? 1 : size(leaf.shape().get(value.row()), m);
    int columns = value.column() == Graph.Value.NONE ? 1 : size(leaf.shape().get(value.column()), m);
    Matrix matrix = into != null ? into : model.singlePrecision() ? new FMatrixRMaj(rows, columns) : new DMatrixRMaj(rows, columns);
    double[] entries = leaves.get(leaf.name());
    boolean turned = value.column() == 0 && value.row() == 1;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double entry = entries[turned ? c * rows + r : r * columns + c];
        if (matrix instanceof DMatrixRMaj d) {
          d.set(r, c, entry);
        } else {
          ((FMatrixRMaj) matrix).set(r, c, (float) entry);
        }
      }
    }
    return matrix;
  }

  private static int size(Extent extent, int m) {
    return extent instanceof Extent.Fixed fixed ? fixed.size() : m;
  }
}
