package dev.nngen.cli;

import dev.nngen.serve.PageServer;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen serve [DIR]}: serves a page that shows a model's gradients and code during editing. */
@Command(name = "serve", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Serves a page on 127.0.0.1: a model on the left; gradients, Java, check and picture on the right, while you type.",
      "Only this machine can open it. It reads and saves only model files of DIR, and writes only by its save button."})
final class ServeCommand implements Callable<Integer> {

  private static final int USUAL_PORT = 7080;
  private static final int LARGEST_PORT = 65535;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "DIR", arity = "0..1", description = "Folder of model files (default: none; models exist only in the page).")
  private Optional<Path> folder = Optional.empty();

  private Optional<Integer> port = Optional.empty();

  @Option(names = "--port", paramLabel = "N", description = "Port (default: " + USUAL_PORT + ", or another if that is taken).")
  void setPort(int number) {
    if (number < 0 || number > LARGEST_PORT) {
      throw new ParameterException(spec.commandLine(), "--port is from 0 to " + LARGEST_PORT + ", not " + number);
    }
    port = Optional.of(number);
  }

  @Option(names = "--limit", paramLabel = "MS", defaultValue = "10000", description = "Time limit of an answer, in milliseconds (default: ${DEFAULT-VALUE}).")
  private long limit;

  @Override
  public Integer call() throws IOException {
    if (folder.isPresent() && !Files.isDirectory(folder.get())) {
      throw new ParameterException(spec.commandLine(), "there is no folder '" + folder.get() + "'");
    }
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit is at least 1, not " + limit);
    }
    try (PageServer server = start()) {
      spec.commandLine().getOut().println(server.address());
      spec.commandLine().getOut().flush();
      new CountDownLatch(1).await();
      return 0;
    } catch (InterruptedException ended) {
      return 0;
    }
  }

  private PageServer start() throws IOException {
    try {
      return new PageServer(port.orElse(USUAL_PORT), folder, limit);
    } catch (BindException taken) {
      if (port.isPresent()) {
        throw new ParameterException(spec.commandLine(), "port " + port.get() + " is taken", taken);
      }
      return new PageServer(0, folder, limit);
    }
  }
}
