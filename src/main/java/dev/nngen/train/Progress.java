package dev.nngen.train;

import java.util.Arrays;
import java.util.List;

/** The progress of training; together with the network's own state it is the complete state of training. */
public final class Progress {

  /** Reason for the end of training. */
  public enum End {
    EPOCHS, PATIENCE, INTERRUPTED,
    /** The loss is NaN or infinite, and later values would be too. */
    NOT_FINITE
  }

  private final History history;
  private int epoch = 1;
  private int batch;
  private final double[] lossSums;
  private long samples;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int epochsWithoutGain;
  private byte[] best = new byte[0];

  private Progress(History history) {
    this.history = history;
    this.lossSums = new double[history.losses().size()];
  }

  /**
   * @param losses their names
   */
  static Progress start(String metric, List<String> losses) {
    return new Progress(new History(metric, losses));
  }

  /** Continues from a checkpoint. */
  static Progress restored(History history, int epoch, int batch, double[] lossSums, long samples, double bestLoss, int epochsWithoutGain,
      byte[] best) {
    Progress progress = new Progress(history);
    progress.epoch = epoch;
    progress.batch = batch;
    System.arraycopy(lossSums, 0, progress.lossSums, 0, progress.lossSums.length);
    progress.samples = samples;
    progress.bestLoss = bestLoss;
    progress.epochsWithoutGain = epochsWithoutGain;
    progress.best = best;
    return progress;
  }

  /** Returns the current epoch, counted from 1. */
  public int epoch() {
    return epoch;
  }

  /** Returns the number of its finished batches. */
  public int batch() {
    return batch;
  }

  public History history() {
    return history;
  }

  /** Returns the weights with the lowest loss so far; empty before the first epoch is done. */
  public byte[] best() {
    return best;
  }

  double[] lossSums() {
    return lossSums.clone();
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

  /** Returns the mean of each loss over the epoch's batches so far. */
  List<Double> meanLosses() {
    return Arrays.stream(lossSums).mapToObj(sum -> sum / samples).toList();
  }

  void addBatch(double[] losses, int size) {
    for (int k = 0; k < lossSums.length; k++) {
      lossSums[k] += losses[k] * size;
    }
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
    Arrays.fill(lossSums, 0);
    samples = 0;
  }
}
