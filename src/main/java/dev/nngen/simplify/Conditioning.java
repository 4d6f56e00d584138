package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * How much of a rounding error reaches the result of a form. The form is evaluated at a few points, several times at each
 * with a little noise on every intermediate result; what the results differ by, relative to the noise, is how much errors
 * are magnified (Monte Carlo arithmetic, Parker 1997). Axes are cut to a few entries, so that this costs little.
 */
final class Conditioning {

  /** Of 16 digits 12 are left. */
  private static final double HARMLESS = 1e4;
  private static final double MUCH_WORSE = 100;
  private static final double[] SPREADS = {0.5, 1.5, 4, 4, 12};
  /** Where exponentials of products of leaves overflow. */
  private static final double[] EXTREMES = {30, 300, 3000};
  private static final int RUNS = 2;
  private static final int LONGEST = 3;
  private static final int SAMPLES = 2;

  private final List<List<NoisyRun>> points = new ArrayList<>();
  private final List<NoisyRun> extremes = new ArrayList<>();

  /** @param range what is known of the entries of a leaf */
  Conditioning(Graph.Builder graph, Function<Node.Leaf, Interval> range) {
    for (int point = 0; point < SPREADS.length; point++) {
      List<NoisyRun> runs = new ArrayList<>();
      for (int run = 0; run < RUNS; run++) {
        runs.add(new NoisyRun(graph, Conditioning::size, range, SPREADS[point], point, run));
      }
      points.add(runs);
    }
    for (int point = 0; point < EXTREMES.length; point++) {
      extremes.add(new NoisyRun(graph, Conditioning::size, range, EXTREMES[point], point, 0));
    }
  }

  private static int size(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? Math.min(fixed.size(), LONGEST) : SAMPLES;
  }

  /** True where a form loses many digits at one of the points, or has no finite value there. */
  boolean isDoubtful(int form) {
    for (List<NoisyRun> runs : points) {
      for (double magnification : magnifications(runs, form)) {
        if (magnification > HARMLESS) {
          return true;
        }
      }
    }
    return false;
  }

  /** How many entries of a form are finite at points where exponentials overflow. */
  int finite(int form) {
    return extremes.stream().mapToInt(run -> (int) Arrays.stream(run.value(form)).filter(Double::isFinite).count()).sum();
  }

  /** True where a form keeps digits that another of the same value loses, and loses none that the other keeps. */
  boolean isBetter(int form, int other) {
    return isMuchWorse(other, form) && !isMuchWorse(form, other);
  }

  /** True where a form loses many digits at one of the points, and another of the same value does not. */
  boolean isMuchWorse(int form, int other) {
    for (List<NoisyRun> runs : points) {
      double[] here = magnifications(runs, form);
      double[] there = magnifications(runs, other);
      for (int k = 0; k < here.length; k++) {
        if (here[k] > HARMLESS + MUCH_WORSE * there[k]) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * By how much noise is magnified in each entry, relative to the largest of them and at least to one, since what vanishes beside
   * other values of the model needs no digits of its own; infinite for an entry that is not finite.
   */
  private static double[] magnifications(List<NoisyRun> runs, int node) {
    int length = runs.get(0).value(node).length;
    double[] spread = new double[length];
    double largest = 1;
    for (int k = 0; k < length; k++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (NoisyRun run : runs) {
        double entry = run.value(node)[k];
        low = Math.min(low, entry);
        high = Math.max(high, entry);
      }
      spread[k] = Double.isFinite(high - low) ? high - low : Double.POSITIVE_INFINITY;
      largest = Double.isFinite(high - low) ? Math.max(largest, Math.max(high, -low)) : largest;
    }
    for (int k = 0; k < length; k++) {
      spread[k] /= largest * NoisyRun.NOISE;
    }
    return spread;
  }
}
