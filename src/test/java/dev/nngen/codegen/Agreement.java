package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.RoundingBound;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Runs a generated class and the reference interpreter on the same random numbers and compares all that both compute. They may differ by
 * {@value #ROUNDINGS} times what {@link RoundingBound} says that rounding does, in units of 2^-53 (f64) or 2^-24 (f32): for a sum of n
 * numbers, that is 9e-16 (f64) or 5e-7 (f32) times n times the sum of their magnitudes.
 */
public final class Agreement {

  static final CodegenOptions OPTIONS =
      options(new EjmlKernels());

  /** The interpreter rounds too, and first order is not all. */
  private static final int ROUNDINGS = 8;
  /** The largest of a model's own sizes that are known at run time only. */
  private static final int LONGEST = 7;

  private final Program<? extends Phase.Differentiated> model;
  private final IntFunction<Map<String, double[]>> points;
  private final GeneratedClass generated;
  private final JavaText text;
  private final double unit;
  private final Map<Integer, Expected> expected;

  /** The expected values for a number of samples: the interpreter's values at a point, and tolerances. */
  private record Expected(Map<String, double[]> leaves, Interpreter oracle, RoundingBound rounding) {}

  Agreement(Program<? extends Phase.Differentiated> model, long seed) {
    this(model, seed, new EjmlKernels());
  }

  Agreement(Program<? extends Phase.Differentiated> model, long seed, KernelSet kernels) {
    this(model, JavaEmitter.emit(kernels.plan(model), options(kernels)), drawn(model, new Random(seed)));
  }

  /** @param points gives the entries of all leaves, which are floats, for a number of samples */
  public Agreement(Program<? extends Phase.Differentiated> model, JavaText text, IntFunction<Map<String, double[]>> points) {
    this(model, text, GeneratedClass.compile(text), points, new HashMap<>());
  }

  private Agreement(Program<? extends Phase.Differentiated> model, JavaText text, GeneratedClass generated, IntFunction<Map<String, double[]>> points, Map<Integer, Expected> expected) {
    this.model = model;
    this.points = points;
    this.text = text;
    this.generated = generated;
    this.expected = expected;
    this.unit = model.singlePrecision() ? Math.ulp(0.5f) / 2 : Math.ulp(0.5) / 2;
  }

  /** One for each set of kernels, all with the same numbers. */
  static List<Agreement> ofAll(Program<? extends Phase.Differentiated> model, long seed) {
    return of(KernelSets.ALL, model, drawn(model, new Random(seed)));
  }

  /** One for each of these sets of kernels; javac is called once, and so is the interpreter for a number of samples. */
  static List<Agreement> of(List<KernelSet> sets, Program<? extends Phase.Differentiated> model, IntFunction<Map<String, double[]>> points) {
    List<JavaText> texts = IntStream.range(0, sets.size()).mapToObj(k -> JavaEmitter.emit(sets.get(k).plan(model), options("p" + k, sets.get(k)))).toList();
    List<GeneratedClass> classes = GeneratedClass.compile(texts);
    Map<Integer, Expected> expected = new HashMap<>();
    return IntStream.range(0, sets.size()).mapToObj(k -> new Agreement(model, texts.get(k), classes.get(k), points, expected)).toList();
  }

  /** Positive random floats for all leaves, given the number of samples. */
  static IntFunction<Map<String, double[]>> drawn(Program<? extends Phase.Differentiated> model, Random random) {
    return m -> {
      Map<String, double[]> leaves = new HashMap<>();
      Interpreter sizes = new Interpreter(model.graph(), Map.of(), extents(model, m));
      Stream.of(model.inputs(), model.targets(), model.parameters().stream().map(Program.Parameter::name).toList(),
              model.modelStates().stream().map(Program.ModelState::name).toList()).flatMap(List::stream)
          .map(name -> (Node.Leaf) model.graph().node(model.graph().named(name).node())).forEach(leaf -> {
            double[] entries = new double[leaf.shape().stream().mapToInt(sizes::size).reduce(1, (a, b) -> a * b)];
            Integer count = model.counts().get(leaf.name());
            Arrays.setAll(entries, k -> count == null ? (float) (0.25 + random.nextDouble()) : random.nextInt(count));
            leaves.put(leaf.name(), entries);
          });
      return leaves;
    };
  }

  /** Sizes known only at run time; those other than m go from 1 to {@value #LONGEST} with it. */
  public static Map<String, Integer> extents(Program<? extends Phase.Differentiated> model, int m) {
    Map<String, Integer> extents = new HashMap<>(Map.of("m", m));
    model.sizes().forEach(size -> extents.put(size, 1 + (3 * m + extents.size() - 1) % LONGEST));
    return extents;
  }

  static CodegenOptions options(KernelSet kernels) {
    return options("", kernels);
  }

  private static CodegenOptions options(String packageName, KernelSet kernels) {
    return new CodegenOptions(packageName, kernels, "test", "--kernels " + kernels.name(), "test.nn", "0123456789abcdef");
  }

  public GeneratedClass generated() {
    return generated;
  }

  JavaText text() {
    return text;
  }

  /** Compares for batches of the sizes, in that order, on one instance. */
  public void check(int... batches) {
    check(generated.create(IntStream.of(batches).max().orElse(1), rooms()), batches);
  }

  private int[] rooms() {
    return model.sizes().stream().mapToInt(size -> LONGEST).toArray();
  }

  /** Checks an instance with several threads, if the class can have them. */
  public void checkThreads(int threads, int... batches) {
    if (Arrays.stream(generated.type().getConstructors()).allMatch(constructor -> constructor.getParameterCount() <= 1 + rooms().length)) {
      return;
    }
    GeneratedClass.Instance instance = generated.create(IntStream.of(batches).max().orElse(1), IntStream.concat(IntStream.of(rooms()), IntStream.of(threads)).toArray());
    check(instance, batches);
    instance.call("close");
  }

  private void check(GeneratedClass.Instance instance, int[] batches) {
    for (int m : batches) {
      check(instance, m);
    }
  }

  private void check(GeneratedClass.Instance instance, int m) {
    Map<String, double[]> leaves = this.expected.computeIfAbsent(m, samples -> expected(points.apply(samples), samples)).leaves;
    // The first sizes declared are the arguments of calls, where no matrix tells them.
    List<Object> inputs = new ArrayList<>(model.sizes().subList(0, generated.sizesOfCalls()).stream().map(extents(model, m)::get).toList());
    for (String name : model.inputs()) {
      inputs.add(argument(name, m, leaves));
    }
    List<Object> all = new ArrayList<>(inputs);
    for (String name : model.targets()) {
      all.add(argument(name, m, leaves));
    }
    for (Program.Parameter parameter : model.parameters()) {
      matrix(parameter.name(), m, leaves, instance.call(parameter.name()));
    }
    for (Program.ModelState state : model.modelStates()) {
      matrix(state.name(), m, leaves, instance.call(state.name()));
    }
    if (!model.noises().isEmpty() && model.loss().isPresent()) {
      instance.call("gradients" + suffix(model.losses().get(0)), all.toArray());
      model.noises().forEach(noise -> leaves.put(noise.name(), entries(noise.name(), instance.call(noise.name()))));
      expected.put(m, expected(leaves, m));
    }
    compare(instance, inputs, all, expected.get(m), m);
  }

  private void compare(GeneratedClass.Instance instance, List<Object> inputs, List<Object> all, Expected expected, int m) {
    Interpreter oracle = expected.oracle;
    RoundingBound rounding = expected.rounding;
    predict(instance, inputs, oracle, rounding);
    for (Program.Loss minimized : model.losses()) {
      String suffix = suffix(minimized);
      double loss = oracle.value(minimized.name())[0];
      double bound = rounding.value(minimized.name())[0];
      String evaluated = predicted(minimized.name());
      Runnable evaluation = () -> compare(() -> "loss", oracle.value(evaluated)[0], rounding.value(evaluated)[0], real(instance.call("loss" + suffix, all.toArray())));
      evaluation.run();
      compare(() -> "gradients", loss, bound, real(instance.call("gradients" + suffix, all.toArray())));
      for (String parameter : minimized.parameters()) {
        compare(ValueName.gradient(minimized.name(), parameter).text(), oracle, rounding, instance.call("grad" + parameter));
      }
      evaluation.run();
      predict(instance, inputs, oracle, rounding);
    }
    for (Program.Loss minimized : model.losses()) {
      compareStates(instance, all, expected, m, suffix(minimized));
    }
  }

  /** Compares the states after a step of a loss. */
  private void compareStates(GeneratedClass.Instance instance, List<Object> all, Expected expected, int m, String suffix) {
    if (model.modelStates().isEmpty()) {
      return;
    }
    model.modelStates().forEach(state -> matrix(state.name(), m, expected.leaves, instance.call(state.name())));
    instance.call("gradients" + suffix, all.toArray());
    instance.call("updateState" + suffix, all.toArray());
    model.modelStates().forEach(state -> compare(state.next(), expected.oracle, expected.rounding, instance.call(state.name())));
  }

  /** Returns the suffix of the names of methods for a loss. */
  private String suffix(Program.Loss loss) {
    return model.losses().size() == 1 ? "" : loss.name();
  }

  private void predict(GeneratedClass.Instance instance, List<Object> inputs, Interpreter oracle, RoundingBound rounding) {
    if (model.output().isPresent()) {
      compare(predicted(model.output().get()), oracle, rounding, instance.call("predict", inputs.toArray()));
    }
    model.outputs().stream().filter(output -> model.outputs().size() > 1).forEach(output -> compare(predicted(output), oracle, rounding, instance.call(output)));
  }

  private Expected expected(Map<String, double[]> leaves, int m) {
    Interpreter oracle = new Interpreter(model.graph(), leaves, extents(model, m));
    return new Expected(leaves, oracle, new RoundingBound(model.graph(), oracle, unit));
  }

  /** The name of a value as predictions compute it. */
  private String predicted(String name) {
    return model.graph().names().containsKey(ValueName.predicted(name).text()) ? ValueName.predicted(name).text() : name;
  }

  static double real(Object number) {
    return ((Number) number).doubleValue();
  }

  private void compare(String name, Interpreter oracle, RoundingBound rounding, Matrix actual) {
    double[][] expected = oracle.matrix(name);
    double[] bounds = rounding.value(name);
    assertEquals(expected.length, actual.getNumRows(), () -> name + " rows");
    assertEquals(expected[0].length, actual.getNumCols(), () -> name + " columns");
    int columns = expected[0].length;
    Graph.Value value = model.graph().named(name);
    List<Extent> shape = model.graph().node(value.node()).shape();
    for (int r = 0; r < expected.length; r++) {
      for (int c = 0; c < columns; c++) {
        int entry = r * columns + c;
        double bound = bounds[oracle.offset(entry, value.axes(), shape)];
        compare(() -> name + "[" + entry / columns + ", " + entry % columns + "]", expected[r][c], bound, entry(actual, entry));
      }
    }
  }

  /** Whether the columns of a matrix are consecutive in the order of its tensor's axes. */
  private static boolean isTurned(Graph.Value value) {
    return value.column() == 0 && value.row() == 1;
  }

  private void compare(Supplier<String> what, double expected, double bound, double actual) {
    boolean same = Double.compare(expected, actual) == 0 || expected == actual || !(bound < Double.POSITIVE_INFINITY)
        || Math.abs(expected - actual) <= ROUNDINGS * unit * bound + Float.MIN_NORMAL * (unit > 1e-9 ? 1 : 0);
    assertTrue(same, () -> what.get() + " is " + actual + ", must be " + expected + " +- " + ROUNDINGS * unit * bound + "\n" + text.text());
  }

  static double entry(Matrix matrix, int at) {
    return matrix instanceof DMatrixRMaj d ? d.data[at] : ((FMatrixRMaj) matrix).data[at];
  }

  static Object data(Matrix matrix) {
    return matrix instanceof DMatrixRMaj d ? d.data : ((FMatrixRMaj) matrix).data;
  }

  /** Returns an input or target as the class takes it: integers are an array. */
  private Object argument(String name, int m, Map<String, double[]> leaves) {
    Matrix matrix = matrix(name, m, leaves, null);
    return model.counts().containsKey(name) ? IntStream.range(0, matrix.getNumRows() * matrix.getNumCols()).map(k -> (int) entry(matrix, k)).toArray() : matrix;
  }

  /** Returns a leaf's entries as a matrix; fills {@code into} if it is given. */
  private Matrix matrix(String name, int m, Map<String, double[]> leaves, Matrix into) {
    Graph.Value value = model.graph().named(name);
    Node.Leaf leaf = (Node.Leaf) model.graph().node(value.node());
    int rows = value.axes().subList(0, value.split(leaf.shape())).stream().mapToInt(axis -> size(leaf.shape().get(axis), m)).reduce(1, (a, b) -> a * b);
    int columns = leaf.shape().stream().mapToInt(extent -> size(extent, m)).reduce(1, (a, b) -> a * b) / rows;
    Matrix matrix = into != null ? into : model.singlePrecision() ? new FMatrixRMaj(rows, columns) : new DMatrixRMaj(rows, columns);
    double[] entries = leaves.get(leaf.name());
    boolean turned = isTurned(value);
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

  /** The entries of a matrix in the order of its leaf's axes. */
  private double[] entries(String name, Matrix matrix) {
    boolean turned = isTurned(model.graph().named(name));
    int rows = matrix.getNumRows();
    int columns = matrix.getNumCols();
    double[] entries = new double[rows * columns];
    for (int at = 0; at < entries.length; at++) {
      entries[turned ? at % columns * rows + at / columns : at] = entry(matrix, at);
    }
    return entries;
  }

  private int size(Extent extent, int m) {
    return extent instanceof Extent.Fixed fixed ? fixed.size() : extents(model, m).get(extent.toString());
  }
}
