package dev.nngen.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares peers on one workload in one precision. All processes start together, and their gradients are compared. In each round every peer has
 * turns, in random order: three if a run takes less than a third of a second, one if it takes seconds.
 */
final class Contest implements AutoCloseable {

  private static final long PROBE = 10_000_000;
  private static final long WARM_UP_TURN = 300_000_000;
  /** A process with a smaller share of a processor is no longer waited for. */
  private static final double LEAST_SHARE = 0.1;
  private static final double SLOW = 3e8;
  private static final double VERY_SLOW = 2e9;

  private final Settings settings;
  private final Workload workload;
  private final Precision precision;
  private final List<WorkerProcess> workers;

  private Contest(Settings settings, Workload workload, Precision precision, List<WorkerProcess> workers) {
    this.settings = settings;
    this.workload = workload;
    this.precision = precision;
    this.workers = workers;
  }

  /** Starts the processes of all peers that support the workload. */
  static Contest of(List<PeerModule> modules, Settings settings, Workload workload, Precision precision, Path log) throws IOException {
    List<WorkerProcess> started = new ArrayList<>();
    for (PeerModule module : modules) {
      for (String peer : module.peers()) {
        for (String name : settings.names(peer)) {
          WorkerProcess worker = new WorkerProcess(module, peer, name, settings.threads(name), log);
          worker.prepare(workload, precision);
          started.add(worker);
        }
      }
    }
    List<WorkerProcess> able = new ArrayList<>();
    for (WorkerProcess worker : started) {
      if (prepared(worker)) {
        able.add(worker);
      } else {
        worker.close();
      }
    }
    return new Contest(settings, workload, precision, able);
  }

  /** Reports and drops a peer that fails; the others continue. */
  private static boolean prepared(WorkerProcess worker) {
    try {
      return worker.prepared();
    } catch (IOException fault) {
      System.err.println(fault.getMessage());
      return false;
    }
  }

  /** Returns the step, and the prediction if it is measured. */
  List<Comparison> run() throws IOException {
    Map<String, Agreement> agreements = Agreement.of(settings, workers, workload, precision);
    if (settings.checkOnly()) {
      return List.of(new Comparison(workload, precision, "check", agreements, Map.of(), List.of(), settings.byTheClock()));
    }
    List<Comparison> comparisons = new ArrayList<>();
    comparisons.add(measure("step", agreements));
    if (workload.predicted()) {
      comparisons.add(measure("predict", agreements));
    }
    return comparisons;
  }

  private Comparison measure(String what, Map<String, Agreement> agreements) {
    Map<String, List<Turn>> turns = new LinkedHashMap<>();
    Map<String, Double> guesses = new LinkedHashMap<>();
    for (WorkerProcess worker : workers) {
      turns.put(worker.name(), new ArrayList<>());
      guesses.put(worker.name(), warmUp(worker, what));
    }
    List<Double> peaks = new ArrayList<>();
    List<WorkerProcess> order = new ArrayList<>(workers);
    for (int round = 0; round < settings.rounds(); round++) {
      peaks.add(Peak.measure(precision, PROBE));
      for (WorkerProcess worker : order) {
        boolean sitsOut = round >= turns(guesses.get(worker.name()));
        turns.get(worker.name()).add(sitsOut ? Turn.NONE : worker.run(what, settings.slice()));
      }
      Collections.rotate(order, 1);
    }
    Comparison comparison = new Comparison(workload, precision, what, agreements, turns, peaks, settings.byTheClock());
    System.err.println(comparison.line());
    return comparison;
  }

  /** Returns the number of turns of a peer whose run takes the given nanoseconds. */
  private int turns(double nanoseconds) {
    if (nanoseconds < SLOW) {
      return settings.rounds();
    }
    return nanoseconds < VERY_SLOW ? 3 : 1;
  }

  /**
   * Runs for half of the time for it, and on until two turns in a row bring nothing more, or all of it is over; the best time of a run, in
   * nanoseconds. Turns are longer while the machine is busy with other processes, whose time does not count.
   */
  private double warmUp(WorkerProcess worker, String what) {
    double best = worker.run(what, 1).processor();
    int withoutGain = 0;
    double share = 1;
    double spent = 0;
    while (spent < settings.warmUp() && (withoutGain < 2 || spent < settings.warmUp() / 2)) {
      double length = WARM_UP_TURN / share;
      Turn turn = worker.run(what, (long) length);
      share = Math.max(LEAST_SHARE, Math.min(1, turn.processor() / turn.elapsed()));
      spent += length * share;
      double time = turn.processor();
      withoutGain = time < 0.97 * best ? 0 : withoutGain + 1;
      best = Math.min(best, time);
    }
    return best;
  }

  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
  }
}
