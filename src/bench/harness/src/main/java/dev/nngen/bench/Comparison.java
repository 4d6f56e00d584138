package dev.nngen.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What was measured of one workload in one precision.
 *
 * @param what step, predict, or check where nothing was measured
 * @param agreements of each peer
 * @param times of each peer, nanoseconds of a run in each round; NaN in rounds that it sat out
 * @param peaks multiply-add operations in a nanosecond, at the begin of each round
 */
record Comparison(Workload workload, Precision precision, String what, Map<String, Agreement> agreements,
    Map<String, List<Double>> times, List<Double> peaks) {

  /** A peer's time in nanoseconds. */
  Statistics time(String peer) {
    return Statistics.of(times.get(peer));
  }

  /** A peer's time divided by the reference's in the same round. */
  Statistics ratio(String peer, String reference) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < times.get(peer).size(); round++) {
      ratios.add(times.get(peer).get(round) / times.get(reference).get(round));
    }
    return Statistics.of(ratios);
  }

  /** Whether a peer computed the right gradient and was measured. */
  boolean counts(String peer) {
    return times.containsKey(peer) && agreements.get(peer).agrees();
  }

  /** The share of the multiply-add peak that a peer's least arithmetic has, against the best peak that the run saw. */
  double shareOfPeak(String peer, double peak) {
    return workload.operations() / time(peer).median() / peak;
  }

  /** Medians in microseconds, for whoever watches. */
  String line() {
    StringJoiner line = new StringJoiner(", ", workload + " " + precision.label() + " " + what + ": ", "");
    times.keySet().forEach(peer -> line.add(peer + String.format(Locale.ROOT, " %.2f us", time(peer).median() / 1000)));
    return line.toString();
  }
}
