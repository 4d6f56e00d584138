package dev.nngen.cli;

import dev.nngen.diag.Diagnostic;
import dev.nngen.train.Evaluation;
import dev.nngen.train.EvaluationJson;
import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nngen eval MODEL.nn --weights W --data FILE}: measures trained weights. */
@Command(name = "eval", customSynopsis = "nngen eval MODEL.nn --weights FILE --data FILE [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = "Measures trained weights on data with targets.")
final class EvalCommand extends DataCommand {

  @Mixin
  private WeightsArguments weights;

  @Option(names = "--json", description = "Prints one JSON object: samples, loss, metrics, classes or targets, confusion, warnings.")
  private boolean json;

  @Override
  List<Path> dataFiles() {
    return weights.data();
  }

  @Override
  void validate() {
    weights.requireData(spec());
  }

  @Override
  void run(ModelChoice.Chosen chosen, Console console) throws DataException, IOException {
    TrainedNetwork network = weights.network(chosen);
    network.batchDependence().ifPresent(console::note);
    try (Data samples = network.read(weights.data(), dataArguments().options(), true)) {
      Evaluation evaluation = network.evaluate(samples);
      List<Diagnostic> warnings = samples.warningsOf("evaluation", network.recipe().task());
      console.warn(warnings);
      if (json) {
        console.out().println(EvaluationJson.of(evaluation, warnings));
      } else {
        new MetricsPrinter(console.out()).print("evaluation", evaluation, true);
      }
    }
  }
}
