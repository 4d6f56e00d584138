package dev.nngen.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nngen version}: prints the version, as {@code nngen --version} does. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println(VersionProvider.text());
  }
}
