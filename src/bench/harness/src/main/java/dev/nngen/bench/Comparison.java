package dev.nngen.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Measurements of one workload in one precision.
 *
 * @param what step, predict, or check where nothing was measured
 * @param agreements of each peer
 * @param turns of each peer in each round
 * @param peaks multiply-add operations in a nanosecond, at the begin of each round
 * @param byTheClock whether times are elapsed times, as where a peer has several threads, and not processor times
 */
record Comparison(Workload workload, Precision precision, String what, Map<String, Agreement> agreements,
    Map<String, List<Turn>> turns, List<Double> peaks, boolean byTheClock) {

  /** A peer's time in nanoseconds. */
  Statistics time(String peer) {
    return Statistics.of(turns.get(peer).stream().map(this::time).toList());
  }

  private double time(Turn turn) {
    return byTheClock ? turn.elapsed() : turn.processor();
  }

  /** A peer's processor time in nanoseconds. */
  Statistics processor(String peer) {
    return Statistics.of(turns.get(peer).stream().map(Turn::processor).toList());
  }

  /** A peer's elapsed time in nanoseconds. */
  Statistics elapsed(String peer) {
    return Statistics.of(turns.get(peer).stream().map(Turn::elapsed).toList());
  }

  /** A peer's time divided by the reference's in the same round. */
  Statistics ratio(String peer, String reference) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < turns.get(peer).size(); round++) {
      ratios.add(time(turns.get(peer).get(round)) / time(turns.get(reference).get(round)));
    }
    return Statistics.of(ratios);
  }

  /** Whether a peer was measured. */
  boolean has(String peer) {
    return turns.containsKey(peer);
  }

  /** The share of the multiply-add peak that a peer's least arithmetic has, against the best peak that the run saw. */
  double shareOfPeak(String peer, double peak) {
    return workload.operations() / time(peer).median() / peak;
  }

  /** Medians in microseconds, printed during a run. */
  String line() {
    StringJoiner line = new StringJoiner(", ", workload + " " + precision.label() + " " + what + ": ", "");
    turns.keySet().forEach(peer -> line.add(peer + String.format(Locale.ROOT, " %.2f us", time(peer).median() / 1000)));
    return line.toString();
  }
}
