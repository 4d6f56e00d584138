package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.train.AtomicFile;
import dev.nngen.train.Evaluation;
import dev.nngen.train.History;
import dev.nngen.train.Training;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Split;
import dev.nngen.train.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes the results of training. Weights are written first; later failures are warnings.
 *
 * @param command that repeats the training
 */
record TrainResults(CompiledModel model, Training training, Training.Trained trained, Path folder, String command, Console console) {

  private interface Part<T> {
    T make() throws DataException;
  }

  void write() throws DataException {
    List<Path> written = new ArrayList<>(List.of(AtomicFile.write(file(".safetensors"), trained.progress().best())));
    History history = trained.progress().history();
    attempt(file(".history.csv").toString(), () -> AtomicFile.write(file(".history.csv"), history.csv())).ifPresent(written::add);
    console.out().printf(Locale.ROOT, (history.losses().size() == 1 ? "best" : "last") + " epoch %d of %d%n", history.best().epoch(), history.epochs().size());
    Optional<Evaluation> evaluation = attempt("the metrics", this::metrics);
    String report = file(".report.html").toString();
    attempt(report, () -> AtomicFile.write(file(".report.html"), report(evaluation))).ifPresent(written::add);
    written.forEach(console.out()::println);
  }

  private Path file(String suffix) {
    return folder.resolve(model.name() + suffix);
  }

  /** Runs an action; reports an error and its reason if it fails. */
  private <T> Optional<T> attempt(String what, Part<T> part) {
    String reason;
    try {
      return Optional.of(part.make());
    } catch (DataException fault) {
      reason = fault.diagnostic().message();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError failure) {
      reason = failure.toString();
    }
    console.err().println("warning: " + what + " could not be written: " + reason + "; the weights are in " + file(".safetensors"));
    return Optional.empty();
  }

  /** Prints the metrics of the best weights, on the most informative samples. */
  private Evaluation metrics() throws DataException {
    MetricsPrinter printer = new MetricsPrinter(console.out());
    Split split = training.prepared().split();
    if (split.test().length > 0 && split.validation().length > 0) {
      printer.print("validation", training.evaluateBest(trained.progress(), split.validation()), false);
    }
    Evaluation evaluation = training.evaluateBest(trained.progress(), rows());
    printer.print(judged(), evaluation, true);
    return evaluation;
  }

  private String judged() {
    Split split = training.prepared().split();
    return split.test().length > 0 ? "test" : split.validation().length > 0 ? "validation" : "training";
  }

  private int[] rows() {
    Split split = training.prepared().split();
    return split.test().length > 0 ? split.test() : split.validation().length > 0 ? split.validation() : split.training();
  }

  private String report(Optional<Evaluation> evaluation) {
    Evaluation judging = evaluation.orElseThrow(() -> new IllegalStateException("there are no metrics"));
    return new Report(model, training, trained, judging, judged(), command).html();
  }
}
