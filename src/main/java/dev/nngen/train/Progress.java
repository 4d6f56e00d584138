package dev.nngen.train;

/** How far training has come; together with the network's own state all that it goes on from. */
public final class Progress {

  /** Why training ended. */
  public enum End {
    EPOCHS, PATIENCE, INTERRUPTED,
    /** The loss is not a number any more, and what is made of it never will be one again. */
    NOT_FINITE
  }

  private final History history;
  private int epoch = 1;
  private int batch;
  private double lossSum;
  private long samples;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int epochsWithoutGain;
  private byte[] best = new byte[0];

  private Progress(History history) {
    this.history = history;
  }

  static Progress start(String metric) {
    return new Progress(new History(metric));
  }

  /** Goes on from a checkpoint. */
  static Progress restored(History history, int epoch, int batch, double lossSum, long samples, double bestLoss, int epochsWithoutGain,
      byte[] best) {
    Progress progress = new Progress(history);
    progress.epoch = epoch;
    progress.batch = batch;
    progress.lossSum = lossSum;
    progress.samples = samples;
    progress.bestLoss = bestLoss;
    progress.epochsWithoutGain = epochsWithoutGain;
    progress.best = best;
    return progress;
  }

  /** The epoch under way, counted from 1. */
  public int epoch() {
    return epoch;
  }

  /** How many of its batches are done. */
  public int batch() {
    return batch;
  }

  public History history() {
    return history;
  }

  /** The weights with the lowest loss so far; empty before the first epoch is done. */
  public byte[] best() {
    return best;
  }

  double lossSum() {
    return lossSum;
  }

  long samples() {
    return samples;
  }

  double bestLoss() {
    return bestLoss;
  }

  int epochsWithoutGain() {
    return epochsWithoutGain;
  }

  /** The mean loss of the epoch's batches so far. */
  double meanLoss() {
    return lossSum / samples;
  }

  void addBatch(double loss, int size) {
    lossSum += loss * size;
    samples += size;
    batch++;
  }

  boolean isBest(double loss) {
    return loss < bestLoss || best.length == 0;
  }

  void endEpoch(History.Epoch done, double loss, byte[] snapshot) {
    history.add(done);
    epochsWithoutGain = done.best() ? 0 : epochsWithoutGain + 1;
    if (done.best()) {
      bestLoss = Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss;
      best = snapshot;
    }
    epoch++;
    batch = 0;
    lossSum = 0;
    samples = 0;
  }
}
