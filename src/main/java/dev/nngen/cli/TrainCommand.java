package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.train.AtomicFile;
import dev.nngen.train.Evaluation;
import dev.nngen.train.History;
import dev.nngen.train.Progress;
import dev.nngen.train.Trainer;
import dev.nngen.train.Training;
import dev.nngen.train.data.Fault;
import dev.nngen.train.data.Split;
import dev.nngen.train.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code nngen train MODEL.nn --data FILE}: from data to trained weights. */
@Command(name = "train", customSynopsis = "nngen train MODEL.nn --data FILE [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = "Compiles a model in memory and trains it on a table of samples. Writes the best weights (MODEL.safetensors), the history "
        + "(MODEL.history.csv) and a report (MODEL.report.html). The same seed, data and options give the same files.")
final class TrainCommand extends DataCommand {

  private static final String WHERE = "--check-finite tells where that begins";

  @Mixin
  private TrainArguments trainArguments;

  @Option(names = {"-d", "--directory"}, paramLabel = "DIR", defaultValue = ".",
      description = "Folder for what is written (default: the current one).")
  private Path folder;

  @Option(names = "--resume", description = "Goes on from MODEL.checkpoint.safetensors in DIR, which Ctrl-C leaves behind; to the same bits.")
  private boolean resume;

  @Option(names = "--checkpoint-every", paramLabel = "N", defaultValue = "0",
      description = "Writes that file after every N epochs too (default: when interrupted only).")
  private int checkpointEvery;

  @Option(names = {"-q", "--quiet"}, description = "No progress.")
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
  void run(ModelChoice.Chosen chosen, Console console) throws Fault, IOException {
    CompiledModel model = chosen.model();
    Path checkpoint = folder.resolve(model.name() + ".checkpoint.safetensors");
    try (Training training = new Training(model, chosen.file(), trainArguments.split(), dataArguments().options(), trainArguments.scaling(),
        trainArguments.training())) {
      if (!quiet) {
        describe(training, console);
      }
      console.warn(training.prepared().warnings());
      Training.Trained trained = train(training, checkpoint, console);
      if (trained.end() != Progress.End.INTERRUPTED) {
        judge(trained, console);
        write(model, training, trained, console);
        tidy(checkpoint);
      }
    }
  }

  /** Trains, and leaves a checkpoint where it is interrupted. */
  private Training.Trained train(Training training, Path checkpoint, Console console) throws Fault {
    ProgressDisplay display = new ProgressDisplay(console, quiet, training.options().epochs(), training.metricName());
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
        console.err().println("interrupted in epoch " + trained.progress().epoch() + "; go on with --resume (" + checkpoint + ")");
        console.err().flush();
      }
      return trained;
    }
  }

  /** Says why training ended early; a fault where it never had a loss. */
  private static void judge(Training.Trained trained, Console console) throws Fault {
    if (trained.end() == Progress.End.NOT_FINITE) {
      int epoch = trained.progress().epoch() - 1;
      String what = "the loss of epoch " + epoch + " is not a number";
      if (trained.progress().history().best().epoch() == epoch) {
        throw Fault.of(ErrorCode.NOT_FINITE, what + ", and there are no weights from before").help(WHERE);
      }
      console.err().println(what + "; training has ended, and the best weights from before are kept. " + WHERE);
    }
  }

  /** A checkpoint from an interruption that has been made up for would only lead back. */
  private void tidy(Path checkpoint) throws IOException {
    if (checkpointEvery == 0) {
      Files.deleteIfExists(checkpoint);
    }
  }

  private static void describe(Training training, Console console) {
    Split split = training.prepared().split();
    int parameters = training.network().parameterCount();
    int samples = split.training().length;
    console.err().printf(Locale.ROOT, "%s: %,d %s; %,d %s for training, %,d for validation, %,d for testing%n", training.network().model().name(), parameters,
        Plural.of(parameters, "parameter"), samples, Plural.of(samples, "sample"), split.validation().length, split.test().length);
    if (training.options().threads() > training.network().threads()) {
      console.err().println("one thread trains: the network is too small to gain from more, or its kernels are EJML's");
    }
    console.err().flush();
  }

  private void write(CompiledModel model, Training training, Training.Trained trained, Console console) throws Fault {
    Split split = training.prepared().split();
    History history = trained.progress().history();
    console.out().printf(Locale.ROOT, "best epoch %d of %d%n", history.best().epoch(), history.epochs().size());
    boolean tests = split.test().length > 0;
    if (tests && split.validation().length > 0) {
      new MetricsPrinter(console.out()).print("validation", training.evaluateBest(trained.progress(), split.validation()), false);
    }
    String judged = tests ? "test" : split.validation().length > 0 ? "validation" : "training";
    int[] rows = tests ? split.test() : split.validation().length > 0 ? split.validation() : split.training();
    Evaluation evaluation = training.evaluateBest(trained.progress(), rows);
    new MetricsPrinter(console.out()).print(judged, evaluation, true);
    Path stem = folder.resolve(model.name());
    console.out().println(AtomicFile.write(Path.of(stem + ".safetensors"), trained.progress().best()));
    console.out().println(AtomicFile.write(Path.of(stem + ".history.csv"), history.csv()));
    String report = new Report(model, training, trained, evaluation, judged, commandLine()).html();
    console.out().println(AtomicFile.write(Path.of(stem + ".report.html"), report));
  }

  /** The command as it was given, but for what does not change the result. */
  private String commandLine() {
    return "nngen " + spec().root().commandLine().getParseResult().originalArgs().stream().filter(word -> !word.equals("--resume"))
        .map(word -> word.matches("[\\w./,=:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
  }
}
