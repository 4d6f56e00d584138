package dev.nngen.cli;

import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Fault;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What a command needs that runs trained weights. */
final class WeightsArguments {

  @Option(names = "--weights", paramLabel = "FILE", required = true, description = "What `nngen train` wrote.")
  private Path weights;

  @Option(names = "--data", paramLabel = "FILE", required = true, description = "CSV or IDX, also gzip; - is standard input; may be repeated.")
  private List<Path> data;

  /** The model with the weights. */
  TrainedNetwork network(ModelChoice.Chosen chosen) throws Fault {
    return new TrainedNetwork(chosen.model(), chosen.file(), weights);
  }

  List<Path> data() {
    return data;
  }
}
