package dev.nngen.bench;

/** Counts runs for about a given time. The clock is read so rarely that its cost is negligible. */
final class Stopwatch {

  private final long nanoseconds;
  private final long start = System.nanoTime();
  private long count;
  private long elapsed;
  private long lookAt = 1;

  Stopwatch(long nanoseconds) {
    this.nanoseconds = nanoseconds;
  }

  /** Whether there is time for another run, which is counted. */
  boolean goesOn() {
    if (count == lookAt) {
      look();
      if (elapsed >= nanoseconds) {
        return false;
      }
    }
    count++;
    return true;
  }

  /** Looks again when an eighth of the time should be over, but does not trust its first, slow runs for more than double. */
  private void look() {
    elapsed = System.nanoTime() - start;
    double perRun = Math.max(1.0, elapsed) / count;
    lookAt = count + Math.max(1, Math.min(count, (long) (nanoseconds / 8 / perRun)));
  }

  long count() {
    return count;
  }

  long elapsed() {
    return elapsed;
  }
}
