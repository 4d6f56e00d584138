package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.Split;
import dev.nngen.train.data.Task;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Trains a network: epochs of shuffled batches, each followed by validation; the best weights are kept.
 *
 * <p>Training depends only on the options and the data. The order of an epoch depends only on the seed and the epoch's number, so training that
 * continues from a checkpoint gives the same bits as without a break.
 */
public final class Trainer {

  /** Receives events of training. */
  public interface Listener {
    /** Called after a batch. */
    void batch(int epoch, int done, int batches, List<Double> meanLosses);

    /** Called after an epoch. */
    void epoch(History.Epoch epoch);

    /** Called when training continues from a checkpoint. */
    default void resumed(Progress progress) {}

    /** Called between two epochs, when a checkpoint of the network can be written. */
    default void between(Progress progress) throws DataException {}
  }

  private final Network network;
  private final Prepared prepared;
  private final Task task;
  private final TrainOptions options;
  private final Stepper stepper;
  private final Listener listener;
  private final BooleanSupplier interrupted;

  /**
   * @param interrupted called after every batch
   */
  public Trainer(CompiledModel model, Network network, Prepared prepared, TrainOptions options, Listener listener,
      BooleanSupplier interrupted) throws DataException {
    if (!network.trains()) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "the model " + network.model().name() + " has no `train` statement")
          .help("add one, such as `train adam(rate = 1e-3);`");
    }
    if (options.patience() > 0 && network.lossNames().size() > 1) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "--patience needs a single loss, and " + network.model().name() + " has several: "
          + String.join(", ", network.lossNames())).help("set the number of epochs: the weights of the last one are kept");
    }
    this.network = network;
    this.prepared = prepared;
    this.task = prepared.task();
    this.options = options;
    this.listener = listener;
    this.interrupted = interrupted;
    this.stepper = Stepper.of(model, network, prepared, options);
  }

  /** The state before the first step. */
  public Progress start() throws IOException {
    network.initialize(options.seed());
    return Progress.start(History.metricOf(task), network.lossNames());
  }

  /**
   * Trains until the epochs are done, patience is exhausted, the loss or a weight is not finite, or training is interrupted. At the end the network
   * has its last weights, and the state its best.
   */
  public Progress.End train(Progress progress) throws DataException, IOException {
    while (progress.epoch() <= options.epochs()) {
      if (options.patience() > 0 && progress.epochsWithoutGain() >= options.patience()) {
        return Progress.End.PATIENCE;
      }
      if (interrupted.getAsBoolean() || !epoch(progress)) {
        return Progress.End.INTERRUPTED;
      }
      if (!validate(progress)) {
        return Progress.End.NOT_FINITE;
      }
      listener.between(progress);
    }
    return Progress.End.EPOCHS;
  }

  /** Runs the rest of an epoch; returns false if it is interrupted before its end. */
  private boolean epoch(Progress progress) throws DataException {
    int[] rows = prepared.split().training().clone();
    Split.shuffle(rows, mix(options.seed(), progress.epoch()));
    int batches = (rows.length + options.batch() - 1) / options.batch();
    while (progress.batch() < batches) {
      int from = progress.batch() * options.batch();
      int to = Math.min(rows.length, from + options.batch());
      double[] losses = stepper.step(rows, from, to, progress.epoch(), progress.batch() + 1);
      progress.addBatch(losses, to - from);
      listener.batch(progress.epoch(), progress.batch(), batches, progress.meanLosses());
      if (progress.batch() < batches && interrupted.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  /** Ends an epoch; returns false if its loss or its weights are not finite. */
  private boolean validate(Progress progress) throws DataException, IOException {
    boolean validates = prepared.split().validation().length > 0;
    List<Double> losses = progress.meanLosses();
    double loss = losses.stream().mapToDouble(one -> one).sum();
    Evaluation evaluation = null;
    if (validates || task.kind() != Task.Kind.NONE) {
      int[] rows = validates ? prepared.split().validation() : prepared.split().training();
      evaluation = Evaluation.of(network, prepared.data(), task, rows);
    }
    double validationLoss = validates ? evaluation.loss() : Double.NaN;
    // For several losses no number determines which weights are best, so the last are kept.
    boolean best = !Double.isNaN(loss) && (losses.size() > 1 || progress.isBest(validates ? validationLoss : loss));
    byte[] weights = best ? network.snapshot() : null;
    boolean finite = best ? !Safetensors.read(weights).holdsNaN() : !Double.isNaN(loss);
    best &= finite;
    History.Epoch done = new History.Epoch(progress.epoch(), losses, validates ? List.copyOf(evaluation.losses().values()) : List.of(),
        evaluation == null ? Double.NaN : History.metricOf(evaluation), best);
    progress.endEpoch(done, validates ? validationLoss : loss, weights);
    listener.epoch(done);
    return finite;
  }

  /** Returns a seed for an epoch that is independent of those of its neighbors (the finalizer of SplitMix64). */
  static long mix(long seed, long epoch) {
    long z = seed + epoch * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
