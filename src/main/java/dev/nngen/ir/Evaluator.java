package dev.nngen.ir;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** Evaluates single nodes entry by entry, straight from the definition of each primitive. */
public final class Evaluator {

  private final ToIntFunction<Extent> sizes;
  private final IntFunction<Node> nodes;
  private final IntFunction<double[]> values;

  /**
   * @param sizes how long axes are
   * @param nodes the node of an id
   * @param values the entries of a node's value, in row-major order of its axes
   */
  public Evaluator(ToIntFunction<Extent> sizes, IntFunction<Node> nodes, IntFunction<double[]> values) {
    this.sizes = sizes;
    this.nodes = nodes;
    this.values = values;
  }

  /** The entries of a leaf that is known without data, given its extents. */
  public static double[] constant(Node.Leaf leaf, int[] shape) {
    double[] entries = new double[count(shape, 0, shape.length)];
    int[] index = new int[shape.length];
    for (int k = 0; k < entries.length; k++) {
      entries[k] = leaf.relation().map(relation -> relation.at(index)).orElse((double) index[0]);
      advance(index, shape);
    }
    return entries;
  }

  /** The entries of a node that is no leaf, from those of its operands. */
  public double[] evaluate(Node node) {
    return Resolution.isNeeded(node, nodes) ? resolved((Node.Product) node) : direct(node);
  }

  /** A product with relations: only axes that they do not determine have loops. */
  private double[] resolved(Node.Product product) {
    Resolution resolution = Resolution.of(product, nodes);
    int[] loops = product.loops().stream().mapToInt(sizes).toArray();
    int[] turns = loops.clone();
    resolution.solved().keySet().forEach(axis -> turns[axis] = 1);
    int[] index = new int[loops.length];
    int[] point = new int[loops.length];
    int inner = count(turns, product.rank(), loops.length);
    double[] result = new double[count(loops, 0, product.rank())];
    Operand[] operands = resolution.factors().stream().map(view -> operand(product, view, point)).toArray(Operand[]::new);
    Entry entry = new Entry(operands, new double[0]);
    Subscript[] solved = resolution.solved().entrySet().stream().map(known -> Subscript.of(known.getKey(), known.getValue(), loops)).toArray(Subscript[]::new);
    for (int out = 0; out < result.length; out++) {
      for (int i = 0; i < inner; i++) {
        System.arraycopy(index, 0, point, 0, point.length);
        if (locate(solved, point) && holds(resolution.relations(), index)) {
          result[out] += entry.product(product);
        }
        advance(index, turns);
      }
    }
    return result;
  }

  /** An axis without a loop, which is computed from those with loops; in arrays, since it is asked for at every point. */
  private record Subscript(int axis, int extent, int[] axes, long[] coefficients, Resolution.Solved solved) {

    static Subscript of(int axis, Resolution.Solved solved, int[] loops) {
      List<Relation.Term> terms = solved.value().terms();
      return new Subscript(axis, loops[axis], terms.stream().mapToInt(Relation.Term::axis).toArray(), terms.stream().mapToLong(Relation.Term::coefficient).toArray(), solved);
    }

    /** Puts the axis into the point; false where it is outside. */
    boolean locate(int[] point) {
      long at = solved.value().constant();
      for (int k = 0; k < axes.length; k++) {
        at += coefficients[k] * point[axes[k]];
      }
      at = solved.divisor() == 1 ? at : Math.floorDiv(at, solved.divisor());
      at = solved.modulus() == 0 ? at : Math.floorMod(at, solved.modulus());
      point[axis] = (int) at;
      return at >= 0 && at < extent;
    }
  }

  /** Computes the axes without loops; false where one is outside, so that the product is 0. */
  private static boolean locate(Subscript[] solved, int[] point) {
    for (Subscript subscript : solved) {
      if (!subscript.locate(point)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(List<Resolution.Condition> conditions, int[] index) {
    for (int k = 0; k < conditions.size(); k++) {
      if (!conditions.get(k).holds(index)) {
        return false;
      }
    }
    return true;
  }

  private double[] direct(Node node) {
    int[] loops = node.loops().stream().mapToInt(sizes).toArray();
    int[] index = new int[loops.length];
    int inner = count(loops, node.rank(), loops.length);
    double[] result = new double[count(loops, 0, node.rank())];
    Operand[] operands = node.operands().stream().map(view -> operand(node, view, index)).toArray(Operand[]::new);
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

  /** What a node reads; a reciprocal among factors divides by its base, since y / p may be finite where 1 / p is not. */
  private Operand operand(Node node, View view, int[] index) {
    boolean isFactor = node instanceof Node.Product product && product.factors().size() > 1;
    return isFactor && nodes.apply(view.node()) instanceof Node.Power power && power.exponent().equals(Rational.MINUS_ONE)
        ? new Operand(power.base().through(view.axes()), index, true) : new Operand(view, index, false);
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
        total *= operand.divides ? 1 : operand.get();
      }
      for (Operand operand : operands) {
        total /= operand.divides ? operand.get() : 1;
      }
      return total;
    }

    @Override
    public Double power(Node.Power power) {
      return Evaluator.power(operands[0].get(), power.exponent(), coefficients[0]);
    }

    @Override
    public Double apply(Node.Apply apply) {
      return Evaluator.apply(apply.fn(), Arrays.stream(operands).mapToDouble(Operand::get).toArray());
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

  /** An operand's entry at the current point of the loop nest. */
  private final class Operand {
    private final double[] entries;
    private final int[] strides;
    private final int[] index;
    private final boolean divides;

    Operand(View view, int[] index, boolean divides) {
      this.divides = divides;
      this.entries = values.apply(view.node());
      this.index = index;
      this.strides = new int[index.length];
      List<Extent> shape = nodes.apply(view.node()).shape();
      int stride = 1;
      for (int k = shape.size() - 1; k >= 0; k--) {
        strides[view.axes().get(k)] += stride;
        stride *= sizes.applyAsInt(shape.get(k));
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
