package dev.nngen.bench;

/** A library that is measured. Found by {@link java.util.ServiceLoader}; each module has a class for its peer, or several. */
public interface Peer {

  /** The system property that says how many threads a peer may have. */
  String THREADS = "bench.threads";

  /** How many threads a peer may have. */
  static int threads() {
    return Integer.getInteger(THREADS, 1);
  }

  /** As the command line and the results have it. */
  String name();

  /** Whether the peer can train the workload in that precision. */
  boolean supports(Workload workload, Precision precision);

  /** Builds the network with the parameters of {@link Data#of} and takes its batch in. */
  Prepared prepare(Workload workload, Precision precision) throws Exception;
}
