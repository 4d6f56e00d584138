package dev.nngen.cli;

import dev.nngen.compiler.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"nngen " + Version.current()};
  }
}
