package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.Diagnostics;
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
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen train MODEL.nn --data FILE}: from data to trained weights. */
@Command(name = "train", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Compiles a model in memory and trains it on a table of samples.",
      "Writes the best weights (MODEL.safetensors), the history (MODEL.history.csv) and a report",
      "(MODEL.report.html). The same seed, data and options give the same files."})
final class TrainCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", description = "The model file.")
  private Path file;

  @Mixin
  private TrainArguments trainArguments;

  @Mixin
  private DataArguments dataArguments;

  @Mixin
  private ModelChoice choice;

  @Option(names = {"-d", "--directory"}, paramLabel = "DIR", defaultValue = ".",
      description = "Folder for what is written (default: the current one).")
  private Path folder;

  @Option(names = "--resume", description = "Goes on from MODEL.checkpoint.safetensors in DIR, which Ctrl-C leaves behind.")
  private boolean resume;

  @Option(names = {"-q", "--quiet"}, description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    Optional<ModelChoice.Chosen> chosen = choice.compile(file, spec.commandLine(), diagnostics);
    if (chosen.isPresent()) {
      try {
        train(chosen.get(), console);
      } catch (Fault fault) {
        diagnostics.report(fault.diagnostic());
      }
    }
    return console.report(diagnostics);
  }

  private void train(ModelChoice.Chosen chosen, Console console) throws Fault, IOException {
    CompiledModel model = chosen.model();
    Path checkpoint = folder.resolve(model.name() + ".checkpoint.safetensors");
    try (Interruption interruption = new Interruption();
        Training training = new Training(model, chosen.file(), trainArguments.split(), dataArguments.options(), trainArguments.scaling(),
            trainArguments.training())) {
      if (!quiet) {
        describe(training, console);
      }
      Training.Trained trained = run(training, resume ? Optional.of(checkpoint) : Optional.empty(), interruption, console);
      if (trained.end() == Progress.End.INTERRUPTED) {
        AtomicFile.write(checkpoint, training.checkpoint(trained.progress()));
        console.err().println("interrupted in epoch " + trained.progress().epoch() + "; go on with --resume (" + checkpoint + ")");
        console.err().flush();
      } else {
        write(model, training, trained, console);
      }
    }
  }

  private Training.Trained run(Training training, Optional<Path> checkpoint, Interruption interruption, Console console) throws Fault {
    if (quiet) {
      return training.train(checkpoint, QUIET, interruption);
    }
    ProgressDisplay display = new ProgressDisplay(console.err(), training.options().epochs(), training.metricName(), console.terminal(),
        console.colour());
    try {
      return training.train(checkpoint, display, interruption);
    } finally {
      display.end();
    }
  }

  private static final Trainer.Listener QUIET = new Trainer.Listener() {
    @Override
    public void batch(int epoch, int done, int batches, double meanLoss) {
      // Nothing is shown.
    }

    @Override
    public void epoch(History.Epoch epoch) {
      // Nothing is shown.
    }
  };

  private static void describe(Training training, Console console) {
    Split split = training.prepared().split();
    console.err().printf(Locale.ROOT, "%s: %,d parameters; %,d samples for training, %,d for validation, %,d for testing%n", training.network().model().name(),
        training.network().parameterCount(), split.training().length, split.validation().length, split.test().length);
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
    console.out().println(AtomicFile.write(Path.of(stem + ".safetensors"), training.weights(trained.progress())));
    console.out().println(AtomicFile.write(Path.of(stem + ".history.csv"), history.csv()));
    String report = new Report(model, training, trained, evaluation, judged, commandLine()).html();
    console.out().println(AtomicFile.write(Path.of(stem + ".report.html"), report));
  }

  /** The command as it was given, but for what does not change the result. */
  private String commandLine() {
    return "nngen " + spec.root().commandLine().getParseResult().originalArgs().stream().filter(word -> !word.equals("--resume"))
        .map(word -> word.matches("[\\w./,=:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
  }
}
