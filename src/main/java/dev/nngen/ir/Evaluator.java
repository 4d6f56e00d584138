package dev.nngen.ir;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** Evaluates single nodes by the definition of each primitive, one row of entries at a time. */
public final class Evaluator {

  private final ToIntFunction<Extent> sizes;
  private final IntFunction<Node> nodes;
  private final IntFunction<double[]> values;
  private final int lanes;

  /**
   * @param sizes the length of an extent
   * @param nodes the node by its id
   * @param values the entries of a node's value, in row-major order of its axes
   */
  public Evaluator(ToIntFunction<Extent> sizes, IntFunction<Node> nodes, IntFunction<double[]> values) {
    this(sizes, nodes, values, 1);
  }

  /**
   * @param lanes the number of values that each entry has, one beside the other: all are evaluated at once
   */
  public Evaluator(ToIntFunction<Extent> sizes, IntFunction<Node> nodes, IntFunction<double[]> values, int lanes) {
    this.sizes = sizes;
    this.nodes = nodes;
    this.values = values;
    this.lanes = lanes;
  }

  /** Returns the entries of a constant leaf, row-major. */
  public static double[] constant(Node.Leaf leaf, ToIntFunction<Extent> sizes) {
    if (leaf.role() == Node.Role.CONSTANT) {
      return leaf.entries().stream().mapToDouble(Rational::doubleValue).toArray();
    }
    int[] shape = leaf.shape().stream().mapToInt(sizes).toArray();
    double[] entries = new double[count(shape, 0, shape.length)];
    int[] index = new int[shape.length];
    for (int k = 0; k < entries.length; k++) {
      entries[k] = leaf.relation().map(relation -> relation.at(index, sizes)).orElse((double) index[0]);
      advance(index, shape);
    }
    return entries;
  }

  /** Returns the entries of a node other than a leaf, row-major, from the entries of its operands. */
  public double[] evaluate(Node node) {
    boolean resolves = Resolution.isNeeded(node, nodes);
    // Axes that a relation determines have no loop.
    Resolution resolution = resolves ? Resolution.of((Node.Product) node, nodes) : new Resolution(Map.of(), List.of(), node.operands());
    int[] loops = lengths(node.loops());
    double[] result = new double[count(loops, 0, node.rank()) * lanes];
    LoopPoints rows = new LoopPoints(loops, node.rank(), lanes, resolution, operands(node, resolution.factors(), loops.length), sizes);
    Entries entries = new Entries(rows, coefficients(node), new double[rows.length()]);
    if (node instanceof Node.Max) {
      Arrays.fill(result, Double.NEGATIVE_INFINITY);
    }
    for (int row = rows.count(); row > 0; row--, rows.advance()) {
      rows.locate();
      reduce(node.accept(entries), rows, node instanceof Node.Max, result);
    }
    return result;
  }

  /** Adds a row to the results, or takes the entrywise maximum. */
  private static void reduce(double[] row, LoopPoints rows, boolean isMax, double[] result) {
    for (int i = rows.from(); i < rows.to(); i++) {
      int at = rows.result(i);
      result[at] = isMax ? Math.max(result[at], row[i]) : result[at] + row[i];
    }
  }

  private LoopPoints.Operand[] operands(Node node, List<View> views, int loops) {
    LoopPoints.Operand[] operands = new LoopPoints.Operand[views.size()];
    for (int k = 0; k < operands.length; k++) {
      operands[k] = operand(node, views.get(k), loops);
    }
    return operands;
  }

  /** Reads an operand. A factor that is a reciprocal divides by its base, because {@code y / p} may be finite where {@code 1 / p} overflows. */
  private LoopPoints.Operand operand(Node node, View view, int loops) {
    boolean isFactor = node instanceof Node.Product product && product.factors().size() > 1;
    return isFactor && nodes.apply(view.node()) instanceof Node.Power power && power.exponent().equals(Rational.MINUS_ONE)
        ? operand(power.base().rewire(view.axes()), loops, true) : operand(view, loops, false);
  }

  private LoopPoints.Operand operand(View view, int loops, boolean divides) {
    int[] strides = new int[loops + 1];
    List<Extent> shape = nodes.apply(view.node()).shape();
    int stride = lanes;
    strides[loops] = 1;
    for (int k = shape.size() - 1; k >= 0; k--) {
      strides[view.axes().get(k)] += stride;
      stride *= sizes.applyAsInt(shape.get(k));
    }
    return new LoopPoints.Operand(values.apply(view.node()), strides, divides);
  }

  private int[] lengths(List<Extent> extents) {
    int[] lengths = new int[extents.size()];
    for (int k = 0; k < lengths.length; k++) {
      lengths[k] = sizes.applyAsInt(extents.get(k));
    }
    return lengths;
  }

  /** Returns the node's exact numbers, rounded once: the coefficients of a sum and its constant, or an exponent. */
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

  /** The values along one row of the loop nest, in an array that each row overwrites. */
  private record Entries(LoopPoints rows, double[] coefficients, double[] row) implements Node.Visitor<double[]> {
    @Override
    public double[] leaf(Node.Leaf leaf) {
      throw new IllegalStateException("a leaf is not an operation");
    }

    @Override
    public double[] sum(Node.Sum sum) {
      Arrays.fill(row, 0);
      for (int k = 0; k < rows.operands(); k++) {
        LoopPoints.Operand operand = rows.operand(k);
        for (int i = rows.from(); i < rows.to(); i++) {
          row[i] += coefficients[k] * operand.get(i);
        }
      }
      for (int i = rows.from(); i < rows.to(); i++) {
        row[i] += coefficients[rows.operands()];
      }
      return row;
    }

    @Override
    public double[] product(Node.Product product) {
      Arrays.fill(row, 1);
      for (boolean divides : new boolean[] {false, true}) {
        for (int k = 0; k < rows.operands(); k++) {
          if (rows.operand(k).divides() == divides) {
            multiply(rows.operand(k));
          }
        }
      }
      return row;
    }

    private void multiply(LoopPoints.Operand operand) {
      for (int i = rows.from(); i < rows.to(); i++) {
        row[i] = operand.divides() ? row[i] / operand.get(i) : row[i] * operand.get(i);
      }
    }

    @Override
    public double[] power(Node.Power power) {
      DoubleUnaryOperator function = Evaluator.power(power.exponent(), coefficients[0]);
      LoopPoints.Operand base = rows.operand(0);
      for (int i = rows.from(); i < rows.to(); i++) {
        row[i] = function.applyAsDouble(base.get(i));
      }
      return row;
    }

    @Override
    public double[] apply(Node.Apply apply) {
      double[] arguments = new double[rows.operands()];
      for (int i = rows.from(); i < rows.to(); i++) {
        for (int k = 0; k < arguments.length; k++) {
          arguments[k] = rows.operand(k).get(i);
        }
        row[i] = Evaluator.apply(apply.fn(), arguments);
      }
      return row;
    }

    @Override
    public double[] max(Node.Max max) {
      for (int i = rows.from(); i < rows.to(); i++) {
        row[i] = rows.operand(0).get(i);
      }
      return row;
    }
  }

  /** Returns {@code base} to a constant power. Square roots and integer powers use the most accurate method of Java. */
  public static double power(double base, Rational exponent) {
    return power(exponent, exponent.doubleValue()).applyAsDouble(base);
  }

  private static DoubleUnaryOperator power(Rational exponent, double rounded) {
    if (exponent.equals(Rational.HALF)) {
      return Math::sqrt;
    }
    return exponent.equals(Rational.MINUS_ONE) ? base -> 1 / base : base -> Math.pow(base, rounded);
  }

  /** Returns the value of an entrywise function. */
  public static double apply(Fn fn, double... x) {
    return fn.evaluate(x);
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
}
