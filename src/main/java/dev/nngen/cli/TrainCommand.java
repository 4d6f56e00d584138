package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.Diagnostics;
import dev.nngen.train.AtomicFile;
import dev.nngen.train.Evaluation;
import dev.nngen.train.Fault;
import dev.nngen.train.History;
import dev.nngen.train.Progress;
import dev.nngen.train.Trainer;
import dev.nngen.train.Training;
import dev.nngen.train.data.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen train MODEL.nn --data FILE}: from data to trained weights. */
@Command(name = "train", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Compiles a model in memory and trains it on a table of samples.",
      "Writes the best weights (MODEL.safetensors) and the history (MODEL.history.csv)."})
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
        write(model.name(), training, trained.progress(), console);
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

  private void write(String name, Training training, Progress progress, Console console) throws Fault {
    Split split = training.prepared().split();
    History.Epoch best = progress.history().best();
    console.out().printf(Locale.ROOT, "best epoch %d of %d%n", best.epoch(), progress.history().epochs().size());
    if (split.validation().length > 0) {
      new MetricsPrinter(console.out()).print("validation", training.evaluateBest(progress, split.validation()), split.test().length == 0);
    }
    if (split.test().length > 0 || split.validation().length == 0) {
      Evaluation last = training.evaluateBest(progress, split.test().length > 0 ? split.test() : split.training());
      new MetricsPrinter(console.out()).print(split.test().length > 0 ? "test" : "training", last, true);
    }
    console.out().println(AtomicFile.write(folder.resolve(name + ".safetensors"), training.weights(progress)));
    console.out().println(AtomicFile.write(folder.resolve(name + ".history.csv"), progress.history().csv()));
  }
}
