package dev.nngen.simplify;

import dev.nngen.ir.Evaluator;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Noise;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The values of the nodes of a growing graph at sample points: exact ones, and at points where the accuracy counts also several with small noise on
 * each intermediate result (Monte Carlo arithmetic, Parker 1997). Each of these is a lane; a node is evaluated in all lanes at once. Axes have a few
 * entries only, which keeps the cost low.
 */
final class SampledValues {

  /** Relative to a result; far above the rounding of doubles. */
  static final double NOISE = 0x1p-40;
  static final int NOISY_RUNS = 4;
  private static final int LONGEST = 3;
  private static final int SAMPLES = 2;
  private static final List<SamplePoint> POINTS = Stream.of(SamplePoint.ALL, SamplePoint.COMPUTED).flatMap(List::stream).toList();
  /** The first lane of each point, which is without noise, and the number of lanes. */
  private static final int[] FIRST = lanes();
  private static final int LANES = FIRST[POINTS.size()];

  private final Graph.Builder graph;
  private final Function<Node.Leaf, Interval> range;
  private final Set<Node.Leaf> counted;
  private final NodeKeys keys;
  private final List<double[]> values = new ArrayList<>();
  private final Evaluator evaluator;
  /** Leaves, and products treated as leaves, numbered in order of first occurrence. */
  private final Map<Integer, Integer> drawn = new HashMap<>();
  /** For each parameter, the product to which it can give any value, because nothing else depends on the parameter. */
  private final Map<Integer, Integer> freeProducts = new HashMap<>();

  /**
   * @param range bounds of the entries of a leaf
   * @param counted integer leaves that select an entry of an axis
   */
  SampledValues(Graph.Builder graph, Function<Node.Leaf, Interval> range, Set<Node.Leaf> counted) {
    this.graph = graph;
    this.range = range;
    this.counted = counted;
    this.keys = new NodeKeys(graph::node, this::number, SampledValues::size);
    this.evaluator = new Evaluator(SampledValues::size, graph::node, values::get, LANES);
  }

  private static int[] lanes() {
    int[] first = new int[POINTS.size() + 1];
    for (int point = 0; point < POINTS.size(); point++) {
      first[point + 1] = first[point] + 1 + runs(point);
    }
    return first;
  }

  /** The number of runs with noise at a point. */
  static int runs(int point) {
    return POINTS.get(point).isExtreme() ? 0 : NOISY_RUNS;
  }

  /** The sampled length of an axis. */
  static int size(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? Math.min(fixed.size(), LONGEST) : SAMPLES;
  }

  private static int count(List<Extent> shape) {
    int count = 1;
    for (Extent extent : shape) {
      count *= size(extent);
    }
    return count;
  }

  /** Returns the entries of a node, row-major. Points are those of {@link SamplePoint#ALL}, then {@link SamplePoint#COMPUTED}. */
  double[] entries(int node, int point) {
    return entries(node, point, 0);
  }

  /** @param run 0 without noise */
  double[] entries(int node, int point, int run) {
    double[] lanes = lanes(node);
    double[] entries = new double[lanes.length / LANES];
    for (int k = 0; k < entries.length; k++) {
      entries[k] = lanes[k * LANES + FIRST[point] + run];
    }
    return entries;
  }

  /** Declares a value exact, because it is computed anyway. */
  void fix(int node) {
    double[] lanes = lanes(node);
    for (int point = 0; point < POINTS.size(); point++) {
      for (int start = 0; start < lanes.length; start += LANES) {
        Arrays.fill(lanes, start + FIRST[point], start + FIRST[point + 1], lanes[start + FIRST[point]]);
      }
    }
  }

  /** Draws the entries of a sum at a point as if it were a leaf. */
  void renew(int node, int point) {
    draw(node, point, POINTS.get(point).ofProduct(), DoubleUnaryOperator.identity(), lanes(node));
  }

  private double[] lanes(int node) {
    for (int id = values.size(); id <= node; id++) {
      values.add(lanes(id, graph.node(id)));
    }
    return values.get(node);
  }

  private double[] lanes(int id, Node node) {
    if (node instanceof Node.Leaf leaf) {
      return lanes(id, leaf);
    }
    double[] lanes = evaluator.evaluate(node);
    if (node instanceof Node.Product product) {
      multiply(lanes, leftOut(product));
      if (isFree(id, product)) {
        drawProduct(id, lanes);
        return lanes;
      }
    }
    disturb(id, node, lanes);
    return lanes;
  }

  private static void multiply(double[] entries, double factor) {
    for (int k = 0; factor != 1 && k < entries.length; k++) {
      entries[k] *= factor;
    }
  }

  private void disturb(int id, Node node, double[] lanes) {
    for (int point = 0; point < POINTS.size(); point++) {
      for (int run = 1; run <= runs(point); run++) {
        // A form's accuracy must not depend on the forms evaluated before it.
        new Noise(new SplittableRandom(31L * keys.of(id) + run), NOISE).disturb(node, lanes, FIRST[point] + run, LANES);
      }
    }
  }

  private double[] lanes(int id, Node.Leaf leaf) {
    double[] lanes = new double[count(leaf.shape()) * LANES];
    if (leaf.role() == Node.Role.EXTENT) {
      Arrays.fill(lanes, size(new Extent.Symbol(leaf.name())));
    } else if (leaf.isConstant()) {
      double[] entries = Evaluator.constant(leaf, SampledValues::size);
      for (int k = 0; k < lanes.length; k++) {
        lanes[k] = entries[k / LANES];
      }
    } else {
      draw(id, leaf, lanes);
    }
    return lanes;
  }

  private void draw(int id, Node.Leaf leaf, double[] lanes) {
    Interval known = range.apply(leaf);
    for (int point = 0; point < POINTS.size(); point++) {
      SamplePoint at = POINTS.get(point);
      boolean isCounted = !at.isWhole(leaf) && counted.contains(leaf);
      draw(id, point, isCounted ? Interval.closed(0, LONGEST) : at.of(leaf, known), at.isWhole(leaf) ? Math::rint : isCounted ? Math::floor : DoubleUnaryOperator.identity(), lanes);
    }
  }

  private void drawProduct(int id, double[] lanes) {
    for (int point = 0; point < POINTS.size(); point++) {
      if (!POINTS.get(point).isComputed()) {
        draw(id, point, POINTS.get(point).ofProduct(), DoubleUnaryOperator.identity(), lanes);
      }
    }
  }

  /** Draws random entries in all lanes of a point by stratified sampling: one in each of n equal parts of the interval. */
  private void draw(int id, int point, Interval within, DoubleUnaryOperator rounding, double[] lanes) {
    int seed = point < SamplePoint.ALL.size() ? point : point - SamplePoint.ALL.size();
    Random random = new Random(31L * seed + 7919L * number(id));
    double[] entries = new double[lanes.length / LANES];
    for (int k = 0; k < entries.length; k++) {
      int swapped = random.nextInt(k + 1);
      entries[k] = entries[swapped];
      entries[swapped] = within.low() + (within.high() - within.low()) * (k + random.nextDouble()) / entries.length;
    }
    for (int k = 0; k < entries.length; k++) {
      Arrays.fill(lanes, k * LANES + FIRST[point], k * LANES + FIRST[point + 1], rounding.applyAsDouble(entries[k]));
    }
  }

  private int number(int id) {
    return drawn.computeIfAbsent(id, node -> drawn.size());
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
  List<Integer> parameters(Node.Product product) {
    return product.isSumming() && product.factors().size() > 1 ? product.factors().stream().map(View::node).filter(factor ->
        graph.node(factor) instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER && leaf.rank() > 1).toList() : List.of();
  }
}
