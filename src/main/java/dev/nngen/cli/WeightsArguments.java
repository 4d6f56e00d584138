package dev.nngen.cli;

import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.DataException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of commands that use trained weights. */
final class WeightsArguments {

  @Option(names = "--weights", paramLabel = "FILE", required = true, description = "Weights from `nngen train`.")
  private Path weights;

  @Option(names = "--data", paramLabel = "FILE", description = "CSV or IDX, also gzip; - is standard input; may be repeated.")
  private List<Path> data = List.of();

  @Option(names = "--average", description = "Use the average of the weights that the optimizer keeps, as `ema` does.")
  private boolean average;

  /** Returns the model with the weights. */
  TrainedNetwork network(ModelChoice.Chosen chosen) throws DataException {
    TrainedNetwork network = new TrainedNetwork(chosen.model(), chosen.file(), weights);
    if (average) {
      network.useAverage();
    }
    return network;
  }

  /** Requires the data option. */
  void requireData(CommandSpec command) {
    if (data.isEmpty()) {
      throw new ParameterException(command.commandLine(), "Missing required option: '--data FILE'");
    }
  }

  List<Path> data() {
    return data;
  }
}
