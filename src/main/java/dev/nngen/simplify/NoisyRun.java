package dev.nngen.simplify;

import dev.nngen.ir.Evaluator;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The values of a growing graph at one point, each disturbed as a rounding error would disturb it, but more. */
final class NoisyRun {

  /** Relative to a result; far above the rounding of doubles. */
  static final double NOISE = 0x1p-40;

  private final Graph.Builder graph;
  private final ToIntFunction<Extent> sizes;
  private final Function<Node.Leaf, Interval> range;
  private final double spread;
  private final int point;
  private final Evaluator evaluator;
  private final Optional<Noise> noise;
  private final List<double[]> values = new ArrayList<>();

  /**
   * @param range what is known of the entries of a leaf
   * @param spread how large leaves of no known range are
   * @param point which of several points of that spread
   * @param run which of several with different noise; the first has none
   */
  NoisyRun(Graph.Builder graph, ToIntFunction<Extent> sizes, Function<Node.Leaf, Interval> range, double spread, int point, int run) {
    this.graph = graph;
    this.sizes = sizes;
    this.range = range;
    this.spread = spread;
    this.point = point;
    this.noise = run == 0 ? Optional.empty() : Optional.of(new Noise(new SplittableRandom(run), NOISE));
    this.evaluator = new Evaluator(sizes, graph::node, values::get);
  }

  double[] value(int node) {
    for (int id = values.size(); id <= node; id++) {
      values.add(value(graph.node(id)));
    }
    return values.get(node);
  }

  private double[] value(Node node) {
    if (node instanceof Node.Leaf leaf) {
      return leaf(leaf);
    }
    double[] entries = evaluator.evaluate(node);
    noise.ifPresent(disturbance -> disturbance.disturb(node, entries));
    return entries;
  }

  private double[] leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      return new double[] {sizes.applyAsInt(new Extent.Symbol(leaf.name()))};
    }
    Random random = new Random(31L * point + leaf.name().hashCode());
    double[] entries = new double[leaf.shape().stream().mapToInt(sizes).reduce(1, (a, b) -> a * b)];
    Interval within = within(leaf);
    for (int k = 0; k < entries.length; k++) {
      entries[k] = within.low() + (within.high() - within.low()) * random.nextDouble();
    }
    return entries;
  }

  /** A finite part of the leaf's range, about as large as the spread. */
  private Interval within(Node.Leaf leaf) {
    Interval known = range.apply(leaf);
    boolean positive = leaf.role() == Node.Role.TARGET || leaf.role() == Node.Role.STATE;
    double low = Math.max(known.low(), positive ? 0 : -spread);
    double high = Math.min(known.high(), spread);
    return low < high ? Interval.closed(low, high) : Double.isFinite(known.low())
        ? Interval.closed(known.low(), known.low() + spread) : Interval.closed(known.high() - spread, known.high());
  }
}
