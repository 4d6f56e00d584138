package dev.nngen.cli;

import dev.nngen.compiler.Version;
import picocli.CommandLine.IVersionProvider;

/** Provides the text of {@code --version}. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }

  /** Returns the command and its version, such as {@code nngen 0.1.0}. */
  static String text() {
    return "nngen " + Version.current();
  }
}
