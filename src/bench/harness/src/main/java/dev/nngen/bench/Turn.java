package dev.nngen.bench;

/**
 * What a peer needed for a run in its turn, in nanoseconds. One thread on an idle machine has both alike; others on the machine make
 * the elapsed time longer, and a second thread makes the processor time longer.
 *
 * @param elapsed by the clock
 * @param processor of all threads of the process
 */
record Turn(double elapsed, double processor) {

  /** Stands for a round that a peer sat out. */
  static final Turn NONE = new Turn(Double.NaN, Double.NaN);
}
