package dev.nngen.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The workloads, peers and times of a run.
 *
 * @param home the folder of this project
 * @param peers names of peers, all that are built if empty
 * @param reference the peer that others are divided by
 * @param workloads the workloads
 * @param precisions the precisions
 * @param rounds how many rounds
 * @param slice how long each peer runs in a round, in nanoseconds
 * @param warmUp how long each peer runs before, in nanoseconds
 * @param threads how many threads each peer has; with more than one, times are by the clock
 * @param checkOnly whether gradients are compared and nothing is measured
 * @param record where the reference peer's gradients of small networks go, or null
 * @param json where all numbers go
 */
record Settings(Path home, List<String> peers, String reference, List<Workload> workloads, List<Precision> precisions, int rounds,
    long slice, long warmUp, int threads, boolean checkOnly, Path record, Path json) {

  private static final long MILLISECOND = 1_000_000;

  private static final String HELP = """
      run [OPTIONS]
        --peers A,B         peers to compare (default: all that are built)
        --reference A       the peer that the others are divided by (default: nngen-vector)
        --workloads W1,W2   workloads (default: all that are timed)
        --precisions f32    f32, f64 (default: both)
        --rounds N          rounds; each peer has a turn in each (default: 11)
        --slice MS          length of a turn (default: 100)
        --warmup MS         most that a peer runs before the first round (default: 6000)
        --threads N         threads of each peer, measured by the clock (default: 1, measured by processor time);
                            a peer called NAME@1 has one all the same: --threads 2 --peers nngen-vector,nngen-vector@1
        --check             compare gradients, measure nothing; with all workloads unless some are named
        --record FILE       with --check: add the reference peer's gradients of small networks in f64 to the file
        --json FILE         where all numbers go (default: target/results.json)""";

  static Settings parse(String[] arguments) {
    Path home = Path.of(System.getProperty("bench.home"));
    boolean checkOnly = List.of(arguments).contains("--check");
    Settings settings = new Settings(home, List.of(), "nngen-vector", checkOnly ? List.of(Workload.values()) : Workload.timed(),
        List.of(Precision.values()), 11, 100 * MILLISECOND, 6000 * MILLISECOND, 1, checkOnly, null, home.resolve("target/results.json"));
    for (int k = 0; k < arguments.length; k++) {
      if (!arguments[k].equals("--check")) {
        settings = settings.with(arguments[k], k + 1 < arguments.length ? arguments[++k] : null);
      }
    }
    return settings;
  }

  private Settings with(String option, String value) {
    if (value == null || option.equals("--help")) {
      System.out.println(HELP);
      System.exit(option.equals("--help") ? 0 : 2);
    }
    return switch (option) {
      case "--peers" -> new Settings(home, List.of(value.split(",")), reference, workloads, precisions, rounds, slice, warmUp, threads, checkOnly, record, json);
      case "--reference" -> new Settings(home, peers, value, workloads, precisions, rounds, slice, warmUp, threads, checkOnly, record, json);
      case "--workloads" -> new Settings(home, peers, reference, Arrays.stream(value.split(",")).map(Workload::valueOf).toList(),
          precisions, rounds, slice, warmUp, threads, checkOnly, record, json);
      case "--precisions" -> new Settings(home, peers, reference, workloads,
          Arrays.stream(value.split(",")).map(Precision::of).toList(), rounds, slice, warmUp, threads, checkOnly, record, json);
      case "--rounds" -> new Settings(home, peers, reference, workloads, precisions, Integer.parseInt(value), slice, warmUp, threads, checkOnly, record, json);
      case "--slice" -> new Settings(home, peers, reference, workloads, precisions, rounds,
          Long.parseLong(value) * MILLISECOND, warmUp, threads, checkOnly, record, json);
      case "--warmup" -> new Settings(home, peers, reference, workloads, precisions, rounds, slice,
          Long.parseLong(value) * MILLISECOND, threads, checkOnly, record, json);
      case "--threads" -> new Settings(home, peers, reference, workloads, precisions, rounds, slice, warmUp, Integer.parseInt(value), checkOnly, record, json);
      case "--json" -> new Settings(home, peers, reference, workloads, precisions, rounds, slice, warmUp, threads, checkOnly, record, Path.of(value));
      case "--record" -> new Settings(home, peers, reference, workloads, precisions, rounds, slice, warmUp, threads, checkOnly, Path.of(value), json);
      default -> throw new IllegalArgumentException("unknown option " + option + "\n" + HELP);
    };
  }

  /** The names under which a module's peer takes part: its own, also followed by {@code @} and a number of threads. */
  List<String> names(String peer) {
    return peers.isEmpty() ? List.of(peer) : peers.stream().filter(name -> name.replaceFirst("@.*", "").equals(peer)).toList();
  }

  /** Returns the number of threads of the peer of that name. */
  int threads(String name) {
    int at = name.indexOf('@');
    return at < 0 ? threads : Integer.parseInt(name.substring(at + 1));
  }

  /** Whether to measure elapsed time, because processor time is the sum over all threads. */
  boolean byTheClock() {
    return threads > 1;
  }
}
