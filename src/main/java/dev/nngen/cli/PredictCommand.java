package dev.nngen.cli;

import dev.nngen.diag.Diagnostics;
import dev.nngen.train.AtomicFile;
import dev.nngen.train.Evaluation;
import dev.nngen.train.Predictions;
import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen predict MODEL.nn --weights W --data FILE}: predictions as CSV. */
@Command(name = "predict", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = "Writes what trained weights make of each sample, a line each, as CSV.")
final class PredictCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", description = "The model file.")
  private Path file;

  @Option(names = "--weights", paramLabel = "FILE", required = true, description = "What `nngen train` wrote.")
  private Path weights;

  @Option(names = "--data", paramLabel = "FILE", required = true, description = "CSV or IDX, also gzip; may be repeated. Targets are not needed.")
  private List<Path> data;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Writes to a file instead of stdout.")
  private Path output;

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
        predict(new TrainedNetwork(chosen.get().model(), chosen.get().file(), weights), console);
      } catch (Fault fault) {
        diagnostics.report(fault.diagnostic());
      }
    }
    return console.report(diagnostics);
  }

  private void predict(TrainedNetwork network, Console console) throws Fault, IOException {
    try (Data samples = network.read(data, dataArguments.options(), false)) {
      Evaluation evaluation = network.evaluate(samples);
      Predictions predictions = new Predictions(network.recipe().task(), evaluation, network.outputName());
      Stream<String> lines = Stream.concat(Stream.of(predictions.header()), IntStream.range(0, samples.size()).mapToObj(predictions::line));
      if (output == null) {
        lines.forEach(console.out()::println);
      } else {
        AtomicFile.write(output, lines.collect(Collectors.joining("\n", "", "\n")));
        console.out().println(output);
      }
    }
  }
}
