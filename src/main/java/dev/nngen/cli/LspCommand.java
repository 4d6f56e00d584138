package dev.nngen.cli;

import dev.nngen.lsp.LanguageServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nngen lsp}: a language server on standard input and output. */
@Command(name = "lsp", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Answers an editor on standard input and output (Language Server Protocol 3.17).",
      "Diagnostics, hover, definitions, completion, outline, formatting, quick fixes."})
final class LspCommand implements Callable<Integer> {

  @Option(names = "--stdio", hidden = true, description = "Accepted because editors pass it; standard input and output are always used.")
  void setStdio(boolean stdio) {
    // The server has no other connection.
  }

  @Option(names = "--limit", paramLabel = "MS", defaultValue = "2000",
      description = "Maximum time that a hover waits for a gradient, in milliseconds (default: ${DEFAULT-VALUE}).")
  private long limit;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit is at least 1, not " + limit);
    }
    return new LanguageServer(System.in, new FileOutputStream(FileDescriptor.out), limit).run();
  }
}
