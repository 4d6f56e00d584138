package dev.nngen.bench;

/**
 * The time of a peer's run in its turn, in nanoseconds. With one thread on an idle machine both times are equal. Other processes increase
 * the elapsed time, and a second thread increases the processor time.
 *
 * @param elapsed by the clock
 * @param processor of all threads of the process
 */
record Turn(double elapsed, double processor) {

  /** A round in which a peer did not run. */
  static final Turn NONE = new Turn(Double.NaN, Double.NaN);
}
