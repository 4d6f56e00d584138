package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.train.AtomicFile;
import dev.nngen.train.History;
import dev.nngen.train.InitialWeights;
import dev.nngen.train.Progress;
import dev.nngen.train.Trainer;
import dev.nngen.train.Training;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code nngen train MODEL.nn --data FILE}: trains weights on data. */
@Command(name = "train", customSynopsis = "nngen train MODEL.nn --data FILE [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = "Compiles a model in memory and trains it on a table of samples. Writes the best weights (MODEL.safetensors), the history "
        + "(MODEL.history.csv) and a report (MODEL.report.html). The same seed, data and options give the same files.")
final class TrainCommand extends DataCommand {

  private static final String WHERE = "--check-finite reports the origin";

  @Mixin
  private TrainArguments trainArguments;

  @Option(names = {"-d", "--directory"}, paramLabel = "DIR", defaultValue = ".",
      description = "Output folder (default: the current one).")
  private Path folder;

  @Option(names = "--resume", description = "Continues from MODEL.checkpoint.safetensors in DIR, which Ctrl-C writes, with bit-identical results.")
  private boolean resume;

  @Option(names = "--init", paramLabel = "FILE", description =
      "Starts from weights of any safetensors file, by name and shape (F16, BF16, F32, F64). Other parameters are initialized as usual.")
  private Path init;

  @Option(names = "--init-names", paramLabel = "FILE", description =
      "A table of names for --init: a line such as W_H = fc1.weight for each, W_H = fc1.weight' for the transpose.")
  private Path initNames;

  @Option(names = "--checkpoint-every", paramLabel = "N", defaultValue = "0",
      description = "Writes the checkpoint after every N epochs too (default: only if interrupted).")
  private int checkpointEvery;

  @Option(names = {"-q", "--quiet"}, description = "Shows no progress.")
  private boolean quiet;

  @Override
  void validate() {
    if (checkpointEvery < 0) {
      throw new ParameterException(spec().commandLine(), "--checkpoint-every is at least 0");
    }
  }

  @Override
  List<Path> dataFiles() {
    return trainArguments.files();
  }

  @Override
  void run(ModelChoice.Chosen chosen, Console console) throws DataException, IOException {
    CompiledModel model = chosen.model();
    if (init == null && initNames != null) {
      throw new ParameterException(spec().commandLine(), "--init-names needs --init");
    }
    Optional<InitialWeights> initial = init == null ? Optional.empty()
        : Optional.of(new InitialWeights(init, Optional.ofNullable(initNames), model.simplified()));
    Path checkpoint = folder.resolve(model.name() + ".checkpoint.safetensors");
    try (Training training = new Training(model, chosen.file(), trainArguments.split(), dataArguments().options(), trainArguments.scaling(),
        trainArguments.training(), initial)) {
      if (!quiet) {
        describe(training, console);
      }
      if (!resume) {
        initial.ifPresent(weights -> describe(weights, training, console));
      }
      console.warn(training.prepared().warnings());
      training.network().lackingPrediction().or(training.network()::batchDependence).ifPresent(console::note);
      AtomicFile.requireWritable(folder);
      Training.Trained trained = train(training, checkpoint, console);
      if (trained.end() != Progress.End.INTERRUPTED) {
        judge(model, trained, console);
        new TrainResults(model, training, trained, folder, commandLine(trained), console).write();
        tidy(checkpoint, console);
      }
    }
  }

  /** Trains, and writes a checkpoint if it is interrupted. */
  private Training.Trained train(Training training, Path checkpoint, Console console) throws DataException {
    ProgressDisplay display = new ProgressDisplay(console, quiet, training.options().epochs(), training.metricName(),
        training.network().lossNames());
    Trainer.Listener listener = new Checkpointing(display, training, checkpoint, checkpointEvery);
    try (Interruption interruption = new Interruption()) {
      Training.Trained trained;
      try {
        trained = training.train(resume ? Optional.of(checkpoint) : Optional.empty(), listener, interruption);
      } finally {
        display.end();
      }
      if (trained.end() == Progress.End.INTERRUPTED) {
        AtomicFile.write(checkpoint, training.checkpoint(trained.progress()));
        console.err().println("interrupted in epoch " + trained.progress().epoch() + "; continue with --resume (" + checkpoint + ")");
        console.err().flush();
      }
      return trained;
    }
  }

  /**
   * Reports why training ended early.
   *
   * @throws DataException if there are no earlier weights
   */
  private static void judge(CompiledModel model, Training.Trained trained, Console console) throws DataException {
    if (trained.end() == Progress.End.NOT_FINITE) {
      History history = trained.progress().history();
      History.Epoch last = history.epochs().get(history.epochs().size() - 1);
      String what = (Double.isNaN(last.loss()) ? "the loss of epoch " : "a weight after epoch ") + last.epoch() + " is not a number";
      if (history.best() == null) {
        DataException fault = DataException.of(ErrorCode.NOT_FINITE, what + ", and there are no weights from before");
        throw model.doubts().stream().reduce(fault, DataException::help, (first, second) -> second).help(WHERE);
      }
      console.err().println(what + "; training has ended, and the best weights from before are kept. " + WHERE);
      model.doubts().forEach(console.err()::println);
    }
  }

  /** Deletes a checkpoint that is older than the finished training. */
  private void tidy(Path checkpoint, Console console) {
    try {
      if (checkpointEvery == 0) {
        Files.deleteIfExists(checkpoint);
      }
    } catch (IOException refused) {
      console.err().println("warning: " + checkpoint + " cannot be deleted: " + refused.getMessage());
    }
  }

  private static void describe(InitialWeights weights, Training training, Console console) {
    List<String> missing = weights.missing(training.network().model());
    List<String> surplus = weights.surplus(training.network().model());
    console.err().println("starts from " + weights + (missing.isEmpty() ? "" : "; missing, so initialized as usual: " + String.join(", ", missing))
        + (surplus.isEmpty() ? "" : "; ignored: " + String.join(", ", surplus)));
    console.err().flush();
  }

  private static void describe(Training training, Console console) {
    Split split = training.prepared().split();
    int parameters = training.network().parameterCount();
    int samples = split.training().length;
    console.err().printf(Locale.ROOT, "%s: %,d %s; %,d %s for training, %,d for validation, %,d for testing%n", training.network().model().name(), parameters,
        Plural.of(parameters, "parameter"), samples, Plural.of(samples, "sample"), split.validation().length, split.test().length);
    if (training.options().threads() > training.network().threads()) {
      console.err().println("training uses one thread: the network is too small to gain from more, or its kernels are EJML's");
    }
    console.err().flush();
  }

  /**
   * Returns the command as given. After a resumed training, it returns a command for an uninterrupted one of the same length: the result depends on
   * the number of epochs, not on the interruption.
   */
  private String commandLine(Training.Trained trained) {
    List<String> words = new ArrayList<>(spec().root().commandLine().getParseResult().originalArgs());
    if (resume) {
      words.removeIf("--resume"::equals);
      drop(words, "--epochs");
      drop(words, "--patience");
      words.addAll(List.of("--epochs", Integer.toString(trained.progress().history().epochs().size())));
    }
    return "nngen " + words.stream().map(word -> word.matches("[\\w./,=:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /** Removes an option with its value, which is the next word or follows an equals sign. */
  private static void drop(List<String> words, String option) {
    int at = words.indexOf(option);
    if (at >= 0) {
      words.subList(at, Math.min(words.size(), at + 2)).clear();
    }
    words.removeIf(word -> word.startsWith(option + "="));
  }
}
