package dev.nngen.cli;

import dev.nngen.compiler.StandardInput;
import dev.nngen.diag.Diagnostics;
import dev.nngen.train.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that runs one model on data. An error in either is reported and sets the exit status. */
abstract class DataCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", description = "The model file; - is standard input.")
  private Path file;

  @Mixin
  private DataArguments dataArguments;

  @Mixin
  private ModelChoice choice;

  @Override
  public final Integer call() throws IOException {
    requireOneReader();
    validate();
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    Optional<ModelChoice.Chosen> chosen = choice.compile(file, spec.commandLine(), diagnostics);
    if (chosen.isPresent()) {
      console.report(diagnostics);
      diagnostics = new Diagnostics();
      try {
        run(chosen.get(), console);
      } catch (DataException fault) {
        diagnostics.report(fault.diagnostic());
      } catch (OutOfMemoryError tooLittle) {
        console.err().printf(Locale.ROOT, "nngen: %,d MiB of memory are too little for this data; JAVA_TOOL_OPTIONS=-Xmx8g sets another bound%n",
            Runtime.getRuntime().maxMemory() >> 20);
        return Main.FAULT;
      }
    }
    return console.report(diagnostics);
  }

  private void requireOneReader() {
    if (Stream.concat(Stream.of(file), dataFiles().stream()).filter(StandardInput::isNamedBy).count() > 1) {
      throw new ParameterException(spec.commandLine(), "standard input can be read only once: give the model or the data as a file, not both as '-'");
    }
  }

  /** Returns all data files that the command reads. */
  abstract List<Path> dataFiles();

  /** Checks options that picocli cannot check, before any file is read. */
  void validate() {}

  /** Runs the command on a valid model. */
  abstract void run(ModelChoice.Chosen chosen, Console console) throws DataException, IOException;

  CommandSpec spec() {
    return spec;
  }

  DataArguments dataArguments() {
    return dataArguments;
  }
}
