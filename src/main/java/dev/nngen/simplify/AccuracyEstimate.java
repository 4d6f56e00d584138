package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Estimates the accuracy of a form at points that provoke overflow and cancellation: the spread of its values with small noise on every intermediate
 * result estimates the rounding error (Monte Carlo arithmetic, Parker 1997). Available values count as exact.
 */
final class AccuracyEstimate {

  /** A value that has lost this many bits has practically no correct digit. */
  private static final double ALL = 32;
  private static final int POINTS = SamplePoint.ALL.size();

  private final Graph.Builder graph;
  private final SampledValues values;
  private final Map<Integer, Quality> known = new HashMap<>();
  private final Map<Integer, Quality> knownSummed = new HashMap<>();
  /** Lost bits of values that now count as exact. */
  private final Map<Integer, double[]> ownBits = new HashMap<>();

  AccuracyEstimate(Graph.Builder graph, SampledValues values) {
    this.graph = graph;
    this.values = values;
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
    values.fix(node);
  }

  /**
   * Draws the entries of a sum with a parameter again at extreme points where they are not finite. Gradients grow from layer to layer, and an overflow in one
   * layer must not decide on the forms of all layers before it.
   */
  void renew(int node) {
    if (!(graph.node(node) instanceof Node.Product product) || values.parameters(product).isEmpty()) {
      return;
    }
    int[] lost = of(node, false).lost();
    for (int point = SamplePoint.MEASURED; point < POINTS; point++) {
      if (lost[point] > 0) {
        values.renew(node, point);
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
      int[] lost = new int[POINTS];
      double[] bits = new double[POINTS];
      for (int point = 0; point < POINTS; point++) {
        measure(id, point, isSummed, lost, bits);
      }
      return new Quality(lost, bits);
    });
  }

  private void measure(int node, int point, boolean isSummed, int[] lost, double[] bits) {
    double[] clean = values.entries(node, point);
    double[] squares = new double[clean.length];
    for (int run = 1; run <= SampledValues.runs(point); run++) {
      double[] noisy = values.entries(node, point, run);
      for (int k = 0; k < clean.length; k++) {
        squares[k] += (noisy[k] - clean[k]) * (noisy[k] - clean[k]);
      }
    }
    double largest = isSummed ? Arrays.stream(clean).map(Math::abs).filter(Double::isFinite).max().orElse(0) : 0;
    for (int k = 0; k < clean.length; k++) {
      double spread = Math.sqrt(squares[k] / SampledValues.NOISY_RUNS);
      if (!Double.isFinite(clean[k])) {
        lost[point]++;
      } else if (!Double.isFinite(spread)) {
        bits[point] = ALL;
      } else if (spread > 0) {
        bits[point] = Math.max(bits[point], Math.min(ALL, Math.log(spread / Math.max(largest, Math.max(Math.abs(clean[k]), Double.MIN_NORMAL)) / SampledValues.NOISE) / Math.log(2)));
      }
    }
  }

  /** True if an entry is 0 at a point. */
  boolean hasZero(int node, int point) {
    return Arrays.stream(values.entries(node, point)).anyMatch(entry -> entry == 0);
  }
}
