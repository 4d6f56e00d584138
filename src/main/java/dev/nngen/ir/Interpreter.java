package dev.nngen.ir;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a graph entry by entry, straight from the definition of each primitive. It is slow on purpose: the oracle to
 * which simplified graphs and generated classes are compared.
 *
 * <p>A tensor is an array in row-major order of its axes. Not thread-safe.
 */
public final class Interpreter {

  private final Graph graph;
  private final Map<String, double[]> leaves;
  private final Map<String, Integer> extents;
  private final Map<Integer, double[]> values = new HashMap<>();

  /**
   * @param leaves the entries of each leaf by its name; those of role EXTENT are found in {@code extents}
   * @param extents the extents that are symbols, such as {@code m}
   */
  public Interpreter(Graph graph, Map<String, double[]> leaves, Map<String, Integer> extents) {
    this.graph = graph;
    this.leaves = leaves;
    this.extents = extents;
  }

  /** The entries of the named value in the order of its tensor's axes. */
  public double[] value(String name) {
    return value(graph.named(name).node());
  }

  /** The entries of a node; IllegalArgumentException where a leaf is not given or has another length. */
  public double[] value(int root) {
    boolean[] needed = graph.reachable(List.of(root));
    for (int id = 0; id <= root; id++) {
      if (needed[id] && !values.containsKey(id)) {
        values.put(id, evaluate(graph.node(id)));
      }
    }
    return values.get(root);
  }

  /** The entries of the named value as the matrix that the user sees, row by row. */
  public double[][] matrix(String name) {
    Graph.Value value = graph.named(name);
    double[] entries = value(value.node());
    List<Extent> shape = graph.node(value.node()).shape();
    int rows = value.row() == Graph.Value.NONE ? 1 : size(shape.get(value.row()));
    int columns = value.column() == Graph.Value.NONE ? 1 : size(shape.get(value.column()));
    int rowStride = value.row() == 0 && value.column() != Graph.Value.NONE ? columns : 1;
    int columnStride = value.column() == 0 && value.row() != Graph.Value.NONE ? rows : 1;
    double[][] matrix = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        matrix[r][c] = entries[r * rowStride + c * columnStride];
      }
    }
    return matrix;
  }

  public int size(Extent extent) {
    if (extent instanceof Extent.Fixed fixed) {
      return fixed.size();
    }
    Integer size = extents.get(extent.toString());
    if (size == null) {
      throw new IllegalArgumentException("no extent is given for " + extent);
    }
    return size;
  }

  private double[] evaluate(Node node) {
    if (node instanceof Node.Leaf leaf) {
      return leaf(leaf);
    }
    int[] loops = node.loops().stream().mapToInt(this::size).toArray();
    int[] index = new int[loops.length];
    int inner = count(loops, node.rank(), loops.length);
    double[] result = new double[count(loops, 0, node.rank())];
    Operand[] operands = node.operands().stream().map(view -> new Operand(view, index)).toArray(Operand[]::new);
    Entry point = new Entry(operands, coefficients(node));
    for (int out = 0; out < result.length; out++) {
      double accumulated = node instanceof Node.Max ? Double.NEGATIVE_INFINITY : 0;
      for (int i = 0; i < inner; i++) {
        double entry = node.accept(point);
        accumulated = node instanceof Node.Max ? Math.max(accumulated, entry) : accumulated + entry;
        advance(index, loops);
      }
      result[out] = accumulated;
    }
    return result;
  }

  /** The node's exact numbers rounded once: the coefficients of a sum and its constant, or an exponent. */
  private static double[] coefficients(Node node) {
    if (node instanceof Node.Sum sum) {
      double[] rounded = new double[sum.terms().size() + 1];
      for (int k = 0; k < sum.terms().size(); k++) {
        rounded[k] = sum.terms().get(k).coefficient().doubleValue();
      }
      rounded[sum.terms().size()] = sum.constant().doubleValue();
      return rounded;
    }
    return node instanceof Node.Power power ? new double[] {power.exponent().doubleValue()} : new double[0];
  }

  private double[] leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      return new double[] {size(new Extent.Symbol(leaf.name()))};
    }
    double[] entries = leaves.get(leaf.name());
    int length = leaf.shape().stream().mapToInt(this::size).reduce(1, (a, b) -> a * b);
    if (entries == null || entries.length != length) {
      throw new IllegalArgumentException("leaf " + leaf.name() + " wants " + length + " entries, not "
          + (entries == null ? "none" : entries.length));
    }
    return entries;
  }

  /** The value at one point of the loop nest, which the operands read. */
  private record Entry(Operand[] operands, double[] coefficients) implements Node.Visitor<Double> {
    @Override
    public Double leaf(Node.Leaf leaf) {
      throw new IllegalStateException("a leaf is no operation");
    }

    @Override
    public Double sum(Node.Sum sum) {
      double total = 0;
      for (int k = 0; k < operands.length; k++) {
        total += coefficients[k] * operands[k].get();
      }
      return total + coefficients[operands.length];
    }

    @Override
    public Double product(Node.Product product) {
      double total = 1;
      for (Operand operand : operands) {
        total *= operand.get();
      }
      return total;
    }

    @Override
    public Double power(Node.Power power) {
      return Interpreter.power(operands[0].get(), power.exponent(), coefficients[0]);
    }

    @Override
    public Double apply(Node.Apply apply) {
      return Interpreter.apply(apply.fn(), Arrays.stream(operands).mapToDouble(Operand::get).toArray());
    }

    @Override
    public Double max(Node.Max max) {
      return operands[0].get();
    }

    @Override
    public Double derivative(Node.Derivative derivative) {
      throw new IllegalStateException("autodiff has not run");
    }
  }

  /** {@code base} to a constant power, with the square root and integer powers as Java computes them best. */
  public static double power(double base, Rational exponent) {
    return power(base, exponent, exponent.doubleValue());
  }

  private static double power(double base, Rational exponent, double rounded) {
    if (exponent.equals(Rational.HALF)) {
      return Math.sqrt(base);
    }
    return exponent.equals(Rational.MINUS_ONE) ? 1 / base : Math.pow(base, rounded);
  }

  /** The value of an entrywise function. */
  public static double apply(Fn fn, double... x) {
    return switch (fn) {
      case EXP -> Math.exp(x[0]);
      case LOG -> Math.log(x[0]);
      case SIN -> Math.sin(x[0]);
      case COS -> Math.cos(x[0]);
      case TANH -> Math.tanh(x[0]);
      case ERF -> ErrorFunction.erf(x[0]);
      case LOG1P -> Math.log1p(x[0]);
      case EXPM1 -> Math.expm1(x[0]);
      case ABS -> Math.abs(x[0]);
      case SIGN -> Math.signum(x[0]);
      case FLOOR -> Math.floor(x[0]);
      case STOP -> x[0];
      case POW -> Math.pow(x[0], x[1]);
      case MAXIMUM -> Math.max(x[0], x[1]);
      case MINIMUM -> Math.min(x[0], x[1]);
      case GREATER -> x[0] > x[1] ? 1 : 0;
      case AT_LEAST -> x[0] >= x[1] ? 1 : 0;
      case EQUAL -> x[0] == x[1] ? 1 : 0;
      case WHERE -> x[0] != 0 ? x[1] : x[2];
      case PI -> Math.PI;
    };
  }

  private static int count(int[] loops, int from, int to) {
    int count = 1;
    for (int k = from; k < to; k++) {
      count *= loops[k];
    }
    return count;
  }

  private static void advance(int[] index, int[] loops) {
    for (int k = loops.length - 1; k >= 0; k--) {
      if (++index[k] < loops[k]) {
        return;
      }
      index[k] = 0;
    }
  }

  /** An operand's entry at the current point of the loop nest. */
  private final class Operand {
    private final double[] entries;
    private final int[] strides;
    private final int[] index;

    Operand(View view, int[] index) {
      this.entries = values.get(view.node());
      this.index = index;
      this.strides = new int[index.length];
      List<Extent> shape = graph.node(view.node()).shape();
      int stride = 1;
      for (int k = shape.size() - 1; k >= 0; k--) {
        strides[view.axes().get(k)] += stride;
        stride *= size(shape.get(k));
      }
    }

    double get() {
      int offset = 0;
      for (int k = 0; k < index.length; k++) {
        offset += strides[k] * index[k];
      }
      return entries[offset];
    }
  }
}
