package dev.nngen.cli;

import dev.nngen.train.AtomicFile;
import dev.nngen.train.TableFormat;
import dev.nngen.train.TrainedNetwork;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.DataOptions;
import dev.nngen.train.data.KeptColumns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code nngen predict MODEL.nn --weights W --data FILE}: writes predictions. */
@Command(name = "predict", customSynopsis = "nngen predict MODEL.nn --weights FILE --data FILE [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = "Writes the predictions of trained weights, one line per sample, as CSV or JSON. Targets are not needed.")
final class PredictCommand extends DataCommand {

  @Mixin
  private WeightsArguments weights;

  @Option(names = "--keep", paramLabel = "COLUMNS", split = ",",
      description = "Columns of the data to write before the predictions, unchanged: by name, position from 1 or range.")
  private List<String> keep = new ArrayList<>();

  @Option(names = "--json", description = "Writes JSON Lines instead of CSV: one object per sample, with the same names.")
  private boolean json;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Output file; - is stdout (the default).")
  private Path output;

  @Option(names = "--generate", paramLabel = "N", defaultValue = "0", description =
      "Continues a text by N characters, each drawn from the prediction for the next one; for models of characters, without --data.")
  private int generate;

  @Option(names = "--prompt", paramLabel = "TEXT", defaultValue = "", description = "The text before the generated characters (default: a line break).")
  private String prompt;

  @Option(names = "--temperature", paramLabel = "T", defaultValue = "1",
      description = "Below 1 prefers probable characters, 0 selects the most probable (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the random numbers; the same seed gives the same text (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  void validate() {
    if (generate < 0 || !(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new ParameterException(spec().commandLine(), "--generate is at least 1, and --temperature at least 0");
    }
    if (generate == 0) {
      weights.requireData(spec());
      if (!prompt.isEmpty()) {
        throw new ParameterException(spec().commandLine(), "--prompt is for --generate");
      }
    } else if (!weights.data().isEmpty() || json || !keep.isEmpty()) {
      throw new ParameterException(spec().commandLine(), "--generate takes --prompt, but not --data, --keep or --json");
    }
  }

  @Override
  List<Path> dataFiles() {
    return weights.data();
  }

  @Override
  void run(ModelChoice.Chosen chosen, Console console) throws DataException, IOException {
    TrainedNetwork network = weights.network(chosen);
    network.requirePredictions();
    network.batchDependence().ifPresent(console::note);
    if (generate > 0) {
      generate(network, console);
      return;
    }
    DataOptions options = network.knowing(dataArguments().options());
    try (Data samples = network.read(weights.data(), options, false);
        KeptColumns kept = new KeptColumns(samples, DataArguments.stripped(keep), options)) {
      console.warn(samples.warnings());
      TableFormat format = json ? TableFormat.JSON : TableFormat.CSV;
      if (output == null || Console.isStandardOutput(output)) {
        network.predict(samples, kept, format, console.out()::println);
      } else {
        AtomicFile.write(output, out -> network.predict(samples, kept, format, line -> out.write((line + "\n").getBytes(StandardCharsets.UTF_8))));
        console.out().println(output);
      }
    }
  }

  /** Prints each character as soon as it is generated, or writes the whole text to a file. */
  private void generate(TrainedNetwork network, Console console) throws DataException, IOException {
    if (output == null || Console.isStandardOutput(output)) {
      network.generate(prompt, generate, temperature, seed, text -> {
        console.out().print(text);
        console.out().flush();
      });
      console.out().println();
    } else {
      AtomicFile.write(output, out -> {
        network.generate(prompt, generate, temperature, seed, text -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        out.write('\n');
      });
      console.out().println(output);
    }
  }
}
