package dev.nngen.cli;

import dev.nngen.train.AtomicFile;
import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nngen predict MODEL.nn --weights W --data FILE}: predictions as CSV. */
@Command(name = "predict", customSynopsis = "nngen predict MODEL.nn --weights FILE --data FILE [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = "Writes what trained weights make of each sample, a line each, as CSV. Targets are not needed.")
final class PredictCommand extends DataCommand {

  @Mixin
  private WeightsArguments weights;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Writes to a file instead of stdout.")
  private Path output;

  @Override
  void run(ModelChoice.Chosen chosen, Console console) throws Fault, IOException {
    TrainedNetwork network = weights.network(chosen);
    try (Data samples = network.read(weights.data(), dataArguments().options(), false)) {
      if (output == null) {
        network.predict(samples, console.out()::println);
      } else {
        AtomicFile.write(output, out -> network.predict(samples, line -> out.write((line + "\n").getBytes(StandardCharsets.UTF_8))));
        console.out().println(output);
      }
    }
  }
}
