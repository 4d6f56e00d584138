package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.DataOptions;
import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.Scaling;
import dev.nngen.train.data.ScalingChoice;
import dev.nngen.train.data.Signature;
import dev.nngen.train.data.SplitOptions;
import dev.nngen.train.data.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A model with its training data, checked and ready to train. */
public final class Training implements AutoCloseable {

  private final CompiledModel model;
  private final Network network;
  private final Prepared prepared;
  private final TrainOptions options;
  private final String code;
  private final Optional<InitialWeights> initial;

  /**
   * Compiles the model, reads and checks the data.
   *
   * @param file the compiler's output for the model
   */
  public Training(CompiledModel model, GeneratedFile file, SplitOptions files, DataOptions dataOptions, ScalingChoice scaling,
      TrainOptions options) throws DataException {
    this(model, file, files, dataOptions, scaling, options, Optional.empty());
  }

  /**
   * @param initial weights to start from; unless another scaling is given, features are scaled as theirs were
   */
  public Training(CompiledModel model, GeneratedFile file, SplitOptions files, DataOptions dataOptions, ScalingChoice scaling,
      TrainOptions options, Optional<InitialWeights> initial) throws DataException {
    this.model = model;
    this.initial = initial;
    this.options = options;
    this.code = file.text();
    this.network = new Network(model, file, options.batch(), options.threads());
    Signature signature = Signature.of(model.lowered());
    Optional<Scaling> known = initial.flatMap(weights -> weights.scaling(signature.features()));
    Prepared fitted = files.prepare(signature, dataOptions, scaling);
    Prepared read = known.isPresent() && scaling.equals(ScalingChoice.AUTO) ? fitted.with(known.get()) : fitted;
    new FactCheck(model, read.data(), read.scaling()).check(IntStream.range(0, read.data().size()).toArray());
    network.describe(Recipe.of(read));
    this.prepared = Threshold.found(read, network, options.seed());
    network.describe(Recipe.of(prepared));
  }

  public Network network() {
    return network;
  }

  public Prepared prepared() {
    return prepared;
  }

  public Task task() {
    return prepared.task();
  }

  /** Returns the name of the metric in the history; empty if there is none. */
  public String metricName() {
    return History.metricOf(task());
  }

  public TrainOptions options() {
    return options;
  }

  /**
   * Trains from the start, or continues from a checkpoint.
   *
   * @param checkpoint a file; empty to start from the beginning
   * @param interrupted called after every batch
   */
  public Trained train(Optional<Path> checkpoint, Trainer.Listener listener, BooleanSupplier interrupted) throws DataException {
    Trainer trainer = new Trainer(model, network, prepared, options, listener, interrupted);
    try {
      Progress progress = checkpoint.isPresent() ? resumed(checkpoint.get()) : trainer.start();
      if (checkpoint.isEmpty() && initial.isPresent()) {
        initial.get().applyTo(network);
      }
      if (checkpoint.isPresent()) {
        listener.resumed(progress);
      }
      return new Trained(progress, trainer.train(progress));
    } catch (IOException broken) {
      throw DataException.of(ErrorCode.UNWRITABLE_FILE, "cannot write a temporary file: " + FileFault.reason(broken));
    }
  }

  private Progress resumed(Path file) throws DataException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw DataException.of(ErrorCode.NOT_RESUMABLE, "no checkpoint to continue from: " + file + " cannot be read")
          .help("training writes it when it is interrupted; start again without --resume");
    }
    return Checkpoint.read(bytes, file.toString(), network, Checkpoint.settings(code, prepared, options, initial));
  }

  /** Returns the complete state of training as the bytes of a file; the network must be in the state of the last step. */
  public byte[] checkpoint(Progress progress) throws DataException {
    try {
      return Checkpoint.write(network, progress, Checkpoint.settings(code, prepared, options, initial));
    } catch (IOException broken) {
      throw DataException.of(ErrorCode.UNWRITABLE_FILE, "cannot write a temporary file: " + FileFault.reason(broken));
    }
  }

  /** The result of training. */
  public record Trained(Progress progress, Progress.End end) {}

  /** Restores the best weights and evaluates them on rows of the data. */
  public Evaluation evaluateBest(Progress progress, int[] rows) throws DataException {
    try {
      network.restore(progress.best());
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
    return Evaluation.of(network, prepared.data(), task(), rows);
  }

  @Override
  public void close() throws IOException {
    network.close();
    prepared.data().close();
  }
}
