package dev.nngen.ir;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How far rounding may take each entry of a graph's values from what is exact, by first-order error analysis (Higham, Accuracy and
 * Stability of Numerical Algorithms, section 3): a sum of n terms is off by what its terms are, and by n roundings of the sum of
 * their magnitudes. Bounds are in multiples of the unit roundoff; where a step of a function is within reach, or a value is larger than
 * the format's largest number, they are infinite.
 */
public final class RoundingBound {

  /** Functions may be that many units in the last place off, which are two roundings each. */
  private static final double FUNCTION = 2 * 4;

  private final Graph graph;
  private final Interpreter exact;
  private final double unit;
  private final double largest;
  private final Map<Integer, double[]> bounds = new HashMap<>();

  /**
   * @param exact knows the values
   * @param unit the unit roundoff of the format, float's or double's, which decides what is within reach
   */
  public RoundingBound(Graph graph, Interpreter exact, double unit) {
    this.graph = graph;
    this.exact = exact;
    this.unit = unit;
    this.largest = unit > Math.ulp(0.5) ? Float.MAX_VALUE : Double.MAX_VALUE;
  }

  /** The bounds of the named value's entries, in the order of {@link Interpreter#value(String)}. */
  public double[] value(String name) {
    int root = graph.named(name).node();
    exact.value(root);
    boolean[] needed = graph.reachable(List.of(root));
    int[] unknown = IntStream.range(0, graph.size()).filter(id -> needed[id] && !bounds.containsKey(id)).toArray();
    boolean changed = unknown.length > 0;
    while (changed) {
      changed = false;
      for (int id : unknown) {
        double[] now = graph.node(id) instanceof Node.Leaf leaf ? leaf(id, leaf) : bound(id);
        changed |= leavesOf(id) && !Arrays.equals(bounds.get(id), now);
        bounds.put(id, now);
      }
    }
    return bounds.get(root);
  }

  private boolean leavesOf(int id) {
    return graph.definition(graph.node(id)).isPresent();
  }

  /** Data are exact; what is carried is off by what its definition is, which is found step by step. */
  private double[] leaf(int id, Node.Leaf leaf) {
    double[] none = new double[exact.value(id).length];
    Graph.Value value = graph.definition(leaf).orElse(null);
    if (value == null || !bounds.containsKey(value.node())) {
      return none;
    }
    double[] entries = bounds.get(value.node());
    Arrays.setAll(none, at -> entries[exact.offset(at, value.axes(), graph.node(value.node()).shape())]);
    return none;
  }

  private double[] bound(int id) {
    double[] bounds = bound(graph.node(id));
    double[] values = exact.value(id);
    for (int k = 0; k < bounds.length; k++) {
      bounds[k] = Math.abs(values[k]) > largest ? Double.POSITIVE_INFINITY : bounds[k];
    }
    return bounds;
  }

  /** The bound of a product with relations: sums of magnitudes over the points that they leave. */
  private double[] resolved(Node.Product product) {
    int count = product.factors().size();
    double[][] magnitudes = product.factors().stream().map(view -> Arrays.stream(exact.value(view.node())).map(Math::abs).toArray()).toArray(double[][]::new);
    double[] total = evaluated(product, magnitudes);
    int summed = product.loops().subList(product.rank(), product.loops().size()).stream().mapToInt(exact::size).reduce(1, (a, b) -> a * b);
    Arrays.setAll(total, k -> total[k] * (count + summed));
    for (int k = 0; k < count; k++) {
      double[][] factors = magnitudes.clone();
      factors[k] = bounds.get(product.factors().get(k).node());
      double[] part = evaluated(product, factors);
      Arrays.setAll(total, out -> total[out] + part[out]);
    }
    return total;
  }

  /** The product over other entries of its factors, one for one. */
  private double[] evaluated(Node.Product product, double[][] factors) {
    List<View> renamed = IntStream.range(0, factors.length).mapToObj(k -> new View(k, product.factors().get(k).axes())).toList();
    return new Evaluator(exact::size, k -> plain(graph.node(product.factors().get(k).node())), k -> factors[k]).evaluate(product.withOperands(renamed));
  }

  /** A reciprocal is a factor like any other here. */
  private static Node plain(Node node) {
    return node instanceof Node.Power ? new Node.Leaf("reciprocal", Node.Role.INPUT, node.shape()) : node;
  }

  private double[] bound(Node node) {
    if (Resolution.isNeeded(node, graph::node)) {
      return resolved((Node.Product) node);
    }
    int count = node.operands().size();
    int[] loops = node.loops().stream().mapToInt(exact::size).toArray();
    int summed = product(loops, node.rank(), loops.length);
    boolean isSum = summed > 1 && node instanceof Node.Product;
    double[] result = new double[product(loops, 0, node.rank())];
    double[] magnitudes = new double[result.length];
    double[] x = new double[count];
    double[] error = new double[count];
    DoubleSupplier own = node.accept(new Entry(x, error));
    LoopPoints rows = rows(node, loops);
    for (int row = rows.count(); row > 0; row--, rows.advance()) {
      rows.locate();
      for (int i = rows.from(); i < rows.to(); i++) {
        for (int k = 0; k < count; k++) {
          x[k] = rows.operand(k).get(i);
          error[k] = rows.operand(count + k).get(i);
        }
        int out = rows.result(i);
        double bound = own.getAsDouble();
        result[out] = node instanceof Node.Max ? Math.max(result[out], bound) : result[out] + bound;
        magnitudes[out] += isSum ? magnitude(x) : 0;
      }
    }
    Arrays.setAll(result, out -> result[out] + summed * magnitudes[out]);
    return result;
  }

  /** The operands' values, then their bounds. */
  private LoopPoints rows(Node node, int[] loops) {
    Stream<LoopPoints.Operand> operands = Stream.<IntFunction<double[]>>of(exact::value, bounds::get).flatMap(entries ->
        node.operands().stream().map(view -> new LoopPoints.Operand(entries.apply(view.node()), strides(view, loops), false)));
    return new LoopPoints(loops, node.rank(), 1, new Resolution(Map.of(), List.of(), node.operands()), operands.toArray(LoopPoints.Operand[]::new), exact::size);
  }

  private static int[] strides(View operand, int[] loops) {
    int[] strides = new int[loops.length];
    int stride = 1;
    for (int k = operand.axes().size() - 1; k >= 0; k--) {
      strides[operand.axes().get(k)] += stride;
      stride *= loops[operand.axes().get(k)];
    }
    return strides;
  }

  private static int product(int[] loops, int from, int to) {
    return Arrays.stream(loops, from, to).reduce(1, (a, b) -> a * b);
  }

  private static double magnitude(double[] factors) {
    double product = 1;
    for (double factor : factors) {
      product *= factor;
    }
    return Math.abs(product);
  }

  /** Says how to find the bound at one point of the loop nest from the operands there. */
  private final class Entry implements Node.Visitor<DoubleSupplier> {
    private final double[] x;
    private final double[] error;

    Entry(double[] x, double[] error) {
      this.x = x;
      this.error = error;
    }

    @Override
    public DoubleSupplier leaf(Node.Leaf leaf) {
      throw new IllegalStateException("a leaf is not an operation");
    }

    @Override
    public DoubleSupplier sum(Node.Sum sum) {
      double constant = Math.abs(sum.constant().doubleValue());
      double[] coefficients = sum.terms().stream().mapToDouble(term -> Math.abs(term.coefficient().doubleValue())).toArray();
      return () -> {
        double total = 0;
        double magnitudes = constant;
        for (int k = 0; k < x.length; k++) {
          total += scaled(coefficients[k], error[k]);
          magnitudes += coefficients[k] * Math.abs(x[k]);
        }
        return total + (x.length + 1) * magnitudes;
      };
    }

    @Override
    public DoubleSupplier product(Node.Product product) {
      return () -> {
        double total = 0;
        double magnitude = 1;
        for (int k = 0; k < x.length; k++) {
          double others = 1;
          for (int j = 0; j < x.length; j++) {
            others = j == k ? others : scaled(others, Math.abs(x[j]) + (j < k ? unit * error[j] : 0));
          }
          total += scaled(others, error[k]);
          magnitude *= Math.abs(x[k]);
        }
        return total + x.length * magnitude;
      };
    }

    @Override
    public DoubleSupplier power(Node.Power power) {
      double exponent = power.exponent().doubleValue();
      boolean whole = exponent > 0 && exponent == Math.rint(exponent);
      return () -> {
        double value = Evaluator.power(x[0], power.exponent());
        double slope = Math.abs(exponent * Math.pow(Math.abs(x[0]) + unit * error[0], exponent - 1));
        return (whole ? scaled(slope, error[0]) : smooth(Math.abs(exponent * value), 0)) + FUNCTION * Math.abs(value);
      };
    }

    /** The error of a function whose derivative times an operand is given; infinite where the operand's error takes it to the pole at zero. */
    private double smooth(double slopeTimesOperand, int operand) {
      double relative = error[operand] / Math.abs(x[operand]);
      return error[operand] == 0 ? 0 : 2 * unit * relative >= 1 ? Double.POSITIVE_INFINITY : 2 * slopeTimesOperand * relative;
    }

    @Override
    public DoubleSupplier apply(Node.Apply apply) {
      return () -> apply(apply.fn());
    }

    private double apply(Fn fn) {
      double value = Evaluator.apply(fn, x);
      double rounding = FUNCTION * Math.abs(value);
      return switch (fn) {
        case EXP -> scaled(value * Math.exp(unit * error[0]), error[0]) + rounding;
        case EXPM1 -> scaled((value + 1) * Math.exp(unit * error[0]), error[0]) + rounding;
        case LOG -> smooth(1, 0) + rounding;
        case LOG1P -> error[0] == 0 ? rounding : 2 * unit * error[0] >= Math.abs(1 + x[0]) ? Double.POSITIVE_INFINITY
            : 2 * error[0] / Math.abs(1 + x[0]) + rounding;
        case SIN, COS, TANH -> error[0] + rounding;
        case ERF -> 1.2 * error[0] + rounding;
        case ABS, STOP -> error[0];
        case MAXIMUM, MINIMUM -> Math.max(error[0], error[1]);
        case POW -> smooth(Math.abs(x[1] * value), 0) + scaled(Math.abs(value * Math.log(x[0])), error[1]) + rounding;
        case SIGN -> step(Math.abs(x[0]), error[0], 2);
        case FLOOR -> step(Math.min(x[0] - Math.floor(x[0]), Math.ceil(x[0]) - x[0]), error[0], 1);
        case GREATER, AT_LEAST, EQUAL -> step(Math.abs(x[0] - x[1]), error[0] + error[1], 1);
        case WHERE -> error[0] == 0 ? error[x[0] != 0 ? 1 : 2] : Math.max(error[1], error[2]) + Math.abs(x[1] - x[2]) / unit;
        case PI -> Math.PI;
        default -> moved(fn, value) + 2 * fn.ulps() * Math.abs(value);
      };
    }

    /** What the errors of the operands change, by evaluation at their ends, each on its own; infinite where they leave the domain. */
    private double moved(Fn fn, double value) {
      double total = 0;
      for (int k = 0; k < x.length; k++) {
        double before = x[k];
        // Differences of values that agree in all but a few bits say nothing; so the step is longer, and the change taken to be proportional.
        double scale = Math.max(1, 0x1p-20 * Math.abs(before) / (unit * error[k]));
        for (int sign = -1; error[k] > 0 && sign <= 1; sign += 2) {
          x[k] = before + sign * scale * unit * error[k];
          double change = 2 * Math.abs(fn.evaluate(x) - value) / scale / unit;
          total = Math.max(total, Double.isNaN(change) ? Double.POSITIVE_INFINITY : change);
        }
        x[k] = before;
      }
      return total;
    }

    /** Nothing, but for arguments so near to a step that rounding may take them over. */
    private double step(double distance, double error, double height) {
      return error > 0 && distance <= 2 * unit * error ? height / unit : 0;
    }

    @Override
    public DoubleSupplier max(Node.Max max) {
      return () -> error[0];
    }

    @Override
    public DoubleSupplier derivative(Node.Derivative derivative) {
      throw new IllegalStateException("autodiff has not run");
    }
  }

  /** The product, which is nothing where either is. */
  private static double scaled(double factor, double error) {
    return error == 0 || factor == 0 ? 0 : factor * error;
  }
}
