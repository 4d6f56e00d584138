package dev.nngen.cli;

import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine;

/** Where a command prints: results to stdout, everything else to stderr. */
final class Console {

  private final CommandLine line;

  Console(CommandSpec spec) {
    this.line = spec.commandLine();
  }

  PrintWriter out() {
    return line.getOut();
  }

  PrintWriter err() {
    return line.getErr();
  }

  boolean colour() {
    return line.getColorScheme().ansi().enabled();
  }

  /** Whether stderr is a terminal, which the launcher knows and Java 17 cannot tell. */
  boolean terminal() {
    return Boolean.getBoolean("nngen.terminal");
  }

  /** Prints what was reported: the exit status that follows from it. */
  int report(Diagnostics diagnostics) {
    err().print(new DiagnosticRenderer(line.getColorScheme().ansi().enabled()).render(diagnostics));
    return diagnostics.hasErrors() ? Main.FAULT : CommandLine.ExitCode.OK;
  }
}
