package dev.nngen.simplify;

import dev.nngen.ir.Evaluator;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Noise;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Estimates the accuracy of a form at points that provoke overflow and cancellation. The form is evaluated several times with small noise on every
 * intermediate result; the spread of the results estimates the rounding error (Monte Carlo arithmetic, Parker 1997; sampling over the whole range as
 * in Herbie, Panchekha et al. 2015). Available values count as exact. Axes have a few entries only, which keeps the cost low.
 */
final class AccuracyEstimate {

  /** Relative to a result; far above the rounding of doubles. */
  private static final double NOISE = 0x1p-40;
  /** A value that has lost this many bits has practically no correct digit. */
  private static final double ALL = 32;
  private static final int NOISY_RUNS = 4;
  private static final int LONGEST = 3;
  private static final int SAMPLES = 2;
  private static final double NEARLY = 0.9;
  /** Data of this magnitude saturate activations. */
  private static final double SATURATED = 12;
  /** Relative spread of nearly equal data: residuals are small, and differences lose ten bits. */
  private static final double ALIKE = 0x1p-10;

  /**
   * A sample point.
   *
   * @param data magnitude of data
   * @param parameters magnitude of parameters
   * @param mean of the data
   * @param signs of data and parameters; 0 for both
   * @param isExtreme true if only finiteness is tested here
   * @param isAlike true if all data, targets and products by parameters are nearly the same, so that residuals are small
   * @param isComputed true if products by parameters are computed, not drawn, so that an overflow of their other factor counts
   */
  private record Point(double data, double parameters, double mean, int[] signs, boolean isExtreme, boolean isAlike, boolean isComputed) {
    static Point of(double data, double parameters) {
      return new Point(data, parameters, 0, new int[] {0, 0}, false, false, false);
    }

    static Point alike(double data) {
      return new Point(data, 1, 0, new int[] {0, 0}, false, true, false);
    }

    double parameters(Node.Leaf leaf) {
      return isComputed && leaf.rank() == 0 ? 1 / parameters : parameters;
    }

    /** True if targets are labels and counts, so that a good prediction has a small loss. */
    boolean isLabeled() {
      return !isExtreme && !isAlike && Math.max(data, parameters) >= SATURATED;
    }

    static Point extreme(double data, double parameters, int... signs) {
      return new Point(data, parameters, 0, signs.length == 0 ? new int[] {0, 0} : signs, true, false, false);
    }

    /** A point at which parameters without axes, such as a temperature, are as small as the others are large. */
    static Point computed(double data, double parameters) {
      return new Point(data, parameters, 0, new int[] {0, 0}, true, false, true);
    }
  }

  private static final List<Point> POINTS = List.of(Point.of(1.5, 1.5), Point.of(4, 1.5), Point.of(1.5, 4),
      new Point(1, 1, 1e4, new int[] {0, 0}, false, false, false), Point.of(1e-8, 1), Point.of(1e-8, 1e-8), Point.of(40, 1), Point.of(1, 40), Point.of(12, 12), Point.alike(0.5), Point.alike(1e3),
      Point.extreme(3000, 1), Point.extreme(1, 3000), Point.extreme(800, 800, 1, 1), Point.extreme(800, 800, 1, -1),
      Point.extreme(800, 800, -1, 1), Point.extreme(800, 800, -1, -1), Point.extreme(3e4, 3), Point.extreme(0, 1), Point.extreme(0, 0), Point.extreme(1e-310, 1e-310), Point.extreme(1e110, 1),
      Point.computed(3000, 1), Point.computed(1, 3000));
  /** The number of points at which the accuracy counts; they come first. */
  static final int MEASURED = (int) POINTS.stream().filter(point -> !point.isExtreme).count();
  /** Ordinary points at which products by parameters are computed. */
  private static final List<Point> COMPUTED = List.of(Point.computed(1.5, 1.5), Point.computed(4, 1.5));

  private final Graph.Builder graph;
  private final Function<Node.Leaf, Interval> range;
  private final Set<Node.Leaf> counted;
  private final List<Run[]> points = new ArrayList<>();
  private final List<Run> computed = new ArrayList<>();
  /** Leaves, and products treated as leaves, numbered in order of first occurrence. */
  private final Map<Integer, Integer> drawn = new HashMap<>();
  /** For each parameter, the product to which it can give any value, because nothing else depends on the parameter. */
  private final Map<Integer, Integer> freeProducts = new HashMap<>();
  private final Set<Integer> exact = new HashSet<>();
  private final Map<Integer, Quality> known = new HashMap<>();
  private final Map<Integer, Quality> knownSummed = new HashMap<>();
  private final NodeKeys keys;
  /** Lost bits of values that now count as exact. */
  private final Map<Integer, double[]> ownBits = new HashMap<>();

  /**
   * @param range bounds of the entries of a leaf
   * @param counted integer leaves that select an entry of an axis
   */
  AccuracyEstimate(Graph.Builder graph, Function<Node.Leaf, Interval> range, Set<Node.Leaf> counted) {
    this.graph = graph;
    this.range = range;
    this.counted = counted;
    this.keys = new NodeKeys(graph::node, this::number, AccuracyEstimate::size);
    for (int point = 0; point < POINTS.size(); point++) {
      Run[] runs = new Run[POINTS.get(point).isExtreme ? 1 : NOISY_RUNS + 1];
      for (int run = 0; run < runs.length; run++) {
        runs[run] = new Run(POINTS.get(point), point, run);
      }
      points.add(runs);
    }
    for (int point = 0; point < COMPUTED.size(); point++) {
      computed.add(new Run(COMPUTED.get(point), point, 0));
    }
  }

  /**
   * Accuracy of a form at each point.
   *
   * @param lost number of entries that are not finite, by point
   * @param bits largest number of bits that an entry loses, relative to that entry, by point
   */
  record Quality(int[] lost, double[] bits) {

    /** True if this is finite at some points where the other is not, and at no point the reverse. */
    boolean isFiniteWhereOtherIsNot(Quality other) {
      boolean somewhere = false;
      for (int point = 0; point < lost.length; point++) {
        if (lost[point] > other.lost[point]) {
          return false;
        }
        somewhere |= lost[point] < other.lost[point];
      }
      return somewhere;
    }

    /** True if this loses over three bits more than the other at a point where both are finite. */
    boolean isLessExact(Quality other) {
      for (int point = 0; point < bits.length; point++) {
        if (lost[point] == 0 && other.lost[point] == 0 && bits[point] > other.bits[point] + 3) {
          return true;
        }
      }
      return false;
    }

    boolean isLessFinite(Quality other) {
      for (int point = 0; point < lost.length; point++) {
        if (lost[point] > other.lost[point]) {
          return true;
        }
      }
      return false;
    }
  }

  /** Declares a value exact, because it is computed anyway. */
  void fix(int node) {
    ownBits.put(node, of(node, false).bits());
    known.remove(node);
    knownSummed.remove(node);
    exact.add(node);
    for (Run[] runs : points) {
      for (int run = 1; run < runs.length; run++) {
        if (node < runs[run].values.size()) {
          runs[run].values.set(node, runs[0].value(node));
        }
      }
    }
  }

  /**
   * Draws the entries of a sum with a parameter again at extreme points where they are not finite. Gradients grow from layer to layer, and an overflow in one
   * layer must not decide on the forms of all layers before it.
   */
  void renew(int node) {
    if (!(graph.node(node) instanceof Node.Product product) || parameters(product).isEmpty()) {
      return;
    }
    int[] lost = of(node, false).lost();
    for (int point = 0; point < lost.length; point++) {
      if (lost[point] > 0 && POINTS.get(point).isExtreme) {
        points.get(point)[0].renew(node);
      }
    }
    known.remove(node);
    knownSummed.remove(node);
  }

  /** True if some entry has no correct digit at a point, also because of a value that counts as exact. */
  boolean hasNoDigits(int root, int point) {
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      int node = open.pop();
      double[] own = ownBits.get(node);
      if ((own == null ? of(node, false).bits() : own)[point] >= ALL) {
        return true;
      }
      if (own == null && seen.add(node)) {
        graph.node(node).operands().forEach(operand -> open.push(operand.node()));
      }
    }
    return false;
  }

  /**
   * @param isSummed true for entries whose sum alone is used: errors are relative to the largest of them
   */
  Quality of(int node, boolean isSummed) {
    return (isSummed ? knownSummed : known).computeIfAbsent(node, id -> {
      int[] lost = new int[points.size()];
      double[] bits = new double[points.size()];
      for (int point = 0; point < lost.length; point++) {
        measure(id, point, isSummed, lost, bits);
      }
      return new Quality(lost, bits);
    });
  }

  private void measure(int node, int point, boolean isSummed, int[] lost, double[] bits) {
    Run[] runs = points.get(point);
    double[] clean = runs[0].value(node);
    double largest = isSummed ? Arrays.stream(clean).map(Math::abs).filter(Double::isFinite).max().orElse(0) : 0;
    for (int k = 0; k < clean.length; k++) {
      double squares = 0;
      for (int run = 1; run < runs.length; run++) {
        double error = runs[run].value(node)[k] - clean[k];
        squares += error * error;
      }
      double spread = Math.sqrt(squares / NOISY_RUNS);
      if (!Double.isFinite(clean[k])) {
        lost[point]++;
      } else if (!Double.isFinite(spread)) {
        bits[point] = ALL;
      } else if (spread > 0) {
        bits[point] = Math.max(bits[point], Math.min(ALL, Math.log(spread / Math.max(largest, Math.max(Math.abs(clean[k]), Double.MIN_NORMAL)) / NOISE) / Math.log(2)));
      }
    }
  }

  /** True if an entry is 0 at a point. */
  boolean hasZero(int node, int point) {
    return Arrays.stream(points.get(point)[0].value(node)).anyMatch(entry -> entry == 0);
  }

  /** Returns the entries of a node at a point; ordinary points come first. */
  double[] ordinary(int node, int point) {
    return points.get(point)[0].value(node);
  }

  /** Returns the same where products by parameters are computed. */
  double[] computed(int node, int point) {
    return computed.get(point).value(node);
  }

  private int number(int id) {
    return drawn.computeIfAbsent(id, node -> drawn.size());
  }

  static int size(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? Math.min(fixed.size(), LONGEST) : SAMPLES;
  }

  /** The values of the growing graph at one point. */
  private final class Run {
    private final Point point;
    private final int number;
    private final int run;
    private final List<double[]> values = new ArrayList<>();
    private final Evaluator evaluator = new Evaluator(AccuracyEstimate::size, graph::node, values::get);

    Run(Point point, int number, int run) {
      this.point = point;
      this.number = number;
      this.run = run;
    }

    double[] value(int node) {
      for (int id = values.size(); id <= node; id++) {
        values.add(value(id, graph.node(id)));
      }
      return values.get(node);
    }

    private double[] value(int id, Node node) {
      if (node instanceof Node.Leaf leaf) {
        return entries(id, leaf);
      }
      if (!point.isComputed && node instanceof Node.Product product && isFree(id, product)) {
        return drawn(id, product);
      }
      double[] entries = node instanceof Node.Product product ? times(evaluator.evaluate(node), leftOut(product)) : evaluator.evaluate(node);
      if (run > 0 && !exact.contains(id)) {
        // A form's accuracy must not depend on the forms evaluated before it.
        new Noise(new SplittableRandom(31L * keys.of(id) + run), NOISE).disturb(node, entries);
      }
      return entries;
    }

    private static double[] times(double[] entries, double factor) {
      return factor == 1 ? entries : Arrays.stream(entries).map(entry -> entry * factor).toArray();
    }

    private double[] drawn(int id, Node product) {
      return draw(id, product.shape(), point.isAlike ? alike() : scope(point.data * point.parameters, point.mean, point.signs[0] * point.signs[1]));
    }

    void renew(int id) {
      values.set(id, drawn(id, graph.node(id)));
    }

    private double[] entries(int id, Node.Leaf leaf) {
      return leaf.role() == Node.Role.EXTENT ? new double[] {size(new Extent.Symbol(leaf.name()))}
          : leaf.isConstant() ? Evaluator.constant(leaf, AccuracyEstimate::size)
          : leaf.role() == Node.Role.TARGET && point.isLabeled() ? Arrays.stream(draw(id, leaf.shape(), within(leaf))).map(Math::rint).toArray()
          : counted.contains(leaf) ? Arrays.stream(draw(id, leaf.shape(), Interval.closed(0, LONGEST))).map(Math::floor).toArray() : draw(id, leaf.shape(), within(leaf));
    }

    /** Returns random entries by stratified sampling: one in each of n equal parts of the interval. */
    private double[] draw(int id, List<Extent> shape, Interval within) {
      Random random = new Random(31L * number + 7919L * number(id));
      double[] entries = new double[shape.stream().mapToInt(AccuracyEstimate::size).reduce(1, (a, b) -> a * b)];
      for (int k = 0; k < entries.length; k++) {
        int swapped = random.nextInt(k + 1);
        entries[k] = entries[swapped];
        entries[swapped] = within.low() + (within.high() - within.low()) * (k + random.nextDouble()) / entries.length;
      }
      return entries;
    }

    /** Returns a finite part of the leaf's range, of about the point's magnitude. */
    private Interval within(Node.Leaf leaf) {
      Interval known = range.apply(leaf);
      boolean isPositive = leaf.role() == Node.Role.TARGET || leaf.role() == Node.Role.STATE;
      double spread = leaf.role() == Node.Role.PARAMETER ? point.parameters(leaf) : isPositive ? Math.min(point.data, 4) : point.data;
      double mean = leaf.role() == Node.Role.INPUT ? point.mean : 0;
      int sign = point.signs[leaf.role() == Node.Role.PARAMETER ? 1 : 0];
      Interval scope = point.isAlike && leaf.role() != Node.Role.PARAMETER ? alike() : isPositive ? Interval.closed(0, spread) : scope(spread, mean, sign);
      double low = Math.max(known.low(), scope.low());
      double high = Math.min(known.high(), scope.high());
      return low <= high ? Interval.closed(low, high) : Double.isFinite(known.low())
          ? Interval.closed(known.low(), known.low() + spread) : Interval.closed(known.high() - spread, known.high());
    }
  
    private Interval alike() {
      return Interval.closed(point.data, point.data * (1 + ALIKE));
    }

    private Interval scope(double spread, double mean, int sign) {
      return Interval.closed(sign > 0 ? NEARLY * spread : mean - spread, sign < 0 ? -NEARLY * spread : mean + spread);
    }
  }

  /** Returns by how much the sum of a constant over axes exceeds that over their sampled entries; 1 if a factor has each summed axis. */
  private static double leftOut(Node.Product product) {
    double ratio = 1;
    for (int axis = product.rank(); axis < product.loops().size(); axis++) {
      int summed = axis;
      if (product.loops().get(axis) instanceof Extent.Fixed fixed && product.factors().stream().noneMatch(factor -> factor.axes().contains(summed))) {
        ratio *= (double) fixed.size() / size(fixed);
      }
    }
    return ratio;
  }

  /**
   * True for the first sum over an axis of a parameter of its product with another value. The parameter can give this sum any value, so it is drawn
   * like a leaf. Points of the tenth layer are then like those of the first.
   */
  private boolean isFree(int id, Node.Product product) {
    return parameters(product).stream().anyMatch(factor -> freeProducts.computeIfAbsent(factor, parameter -> id) == id);
  }

  /** Returns the matrices and tensors of parameters in a sum of products over axes. */
  private List<Integer> parameters(Node.Product product) {
    return product.isSumming() && product.factors().size() > 1 ? product.factors().stream().map(View::node).filter(factor ->
        graph.node(factor) instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER && leaf.rank() > 1).toList() : List.of();
  }
}
