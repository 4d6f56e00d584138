package dev.nngen.bench;

/** A library that is measured. Found by {@link java.util.ServiceLoader}; each module has a class for its peer, or several. */
public interface Peer {

  /** The system property with the maximum number of threads of a peer. */
  String THREADS = "bench.threads";

  /** Returns the maximum number of threads of a peer. */
  static int threads() {
    return Integer.getInteger(THREADS, 1);
  }

  /** The name on the command line and in results. */
  String name();

  /** Whether the peer can train the workload in that precision. */
  boolean supports(Workload workload, Precision precision);

  /** Builds the network with the parameters of {@link Data#of} and copies its batch. */
  Prepared prepare(Workload workload, Precision precision) throws Exception;
}
