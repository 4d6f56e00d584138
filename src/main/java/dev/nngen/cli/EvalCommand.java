package dev.nngen.cli;

import dev.nngen.diag.Diagnostics;
import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen eval MODEL.nn --weights W --data FILE}: how good trained weights are. */
@Command(name = "eval", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = "Prints how good trained weights are on data with targets.")
final class EvalCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", description = "The model file.")
  private Path file;

  @Option(names = "--weights", paramLabel = "FILE", required = true, description = "What `nngen train` wrote.")
  private Path weights;

  @Option(names = "--data", paramLabel = "FILE", required = true, description = "CSV or IDX, also gzip; may be repeated.")
  private List<Path> data;

  @Mixin
  private DataArguments dataArguments;

  @Mixin
  private ModelChoice choice;

  @Override
  public Integer call() throws IOException {
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    Optional<ModelChoice.Chosen> chosen = choice.compile(file, spec.commandLine(), diagnostics);
    if (chosen.isPresent()) {
      try {
        evaluate(new TrainedNetwork(chosen.get().model(), chosen.get().file(), weights), console);
      } catch (Fault fault) {
        diagnostics.report(fault.diagnostic());
      }
    }
    return console.report(diagnostics);
  }

  private void evaluate(TrainedNetwork network, Console console) throws Fault, IOException {
    try (Data samples = network.read(data, dataArguments.options(), true)) {
      new MetricsPrinter(console.out()).print("evaluation", network.evaluate(samples), true);
    }
  }
}
