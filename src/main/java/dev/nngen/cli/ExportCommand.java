package dev.nngen.cli;

import dev.nngen.compiler.Version;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.onnx.NotExportable;
import dev.nngen.onnx.OnnxExport;
import dev.nngen.train.AtomicFile;
import dev.nngen.train.TrainedParameters;
import dev.nngen.train.data.DataException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen export MODEL.nn --weights W -o net.onnx}: writes the prediction for other runtimes. */
@Command(name = "export", customSynopsis = "nngen export MODEL.nn --weights FILE [-o FILE] [OPTIONS]", mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Writes the prediction of a trained network as an ONNX file (opset 17).",
        "The first axis of inputs and the output is the batch, of any size: batch x features, batch x channels x height x width.",
        "Features are unscaled, because the file scales them; integers are int64."})
final class ExportCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", description = "The model file; - is standard input.")
  private Path file;

  @Option(names = "--weights", paramLabel = "FILE", required = true, description = "Weights from `nngen train`, or any safetensors file with the model's parameters.")
  private Path weights;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Output file (default: the model's name with .onnx).")
  private Path output;

  @Option(names = "--average", description = "Use the average of the weights that the optimizer keeps, as `ema` does.")
  private boolean average;

  @Mixin
  private ModelChoice choice;

  @Override
  public Integer call() {
    if (output != null && Console.isStandardOutput(output)) {
      throw new ParameterException(spec.commandLine(), "an ONNX file is not text, so it is not written to standard output: name a file");
    }
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    Optional<ModelChoice.Chosen> chosen = choice.compile(file, spec.commandLine(), diagnostics);
    try {
      if (chosen.isPresent()) {
        console.out().println(export(chosen.get()));
      }
    } catch (DataException fault) {
      diagnostics.report(fault.diagnostic());
    }
    return console.report(diagnostics);
  }

  private Path export(ModelChoice.Chosen chosen) throws DataException {
    TrainedParameters trained = TrainedParameters.read(chosen.model(), chosen.file(), weights, average);
    boolean scales = !trained.scaling().isNone();
    double[] none = {};
    try {
      byte[] bytes = OnnxExport.export(chosen.model().simplified(), new OnnxExport.Trained(trained.entries(),
          scales ? trained.scaling().shift() : none, scales ? trained.scaling().divisor() : none, trained.description()), Version.current());
      return AtomicFile.write(output == null ? Path.of(chosen.model().name() + ".onnx") : output, bytes);
    } catch (NotExportable fault) {
      throw DataException.of(ErrorCode.NOT_EXPORTABLE, fault.getMessage());
    }
  }
}
