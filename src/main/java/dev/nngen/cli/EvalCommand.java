package dev.nngen.cli;

import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Fault;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nngen eval MODEL.nn --weights W --data FILE}: how good trained weights are. */
@Command(name = "eval", customSynopsis = "nngen eval MODEL.nn --weights FILE --data FILE [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = "Prints how good trained weights are on data with targets.")
final class EvalCommand extends DataCommand {

  @Mixin
  private WeightsArguments weights;

  @Override
  void run(ModelChoice.Chosen chosen, Console console) throws Fault, IOException {
    TrainedNetwork network = weights.network(chosen);
    try (Data samples = network.read(weights.data(), dataArguments().options(), true)) {
      new MetricsPrinter(console.out()).print("evaluation", network.evaluate(samples), true);
    }
  }
}
