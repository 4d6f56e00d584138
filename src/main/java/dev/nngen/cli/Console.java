package dev.nngen.cli;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine;

/** Output of a command: results to stdout, everything else to stderr. */
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

  boolean color() {
    return line.getColorScheme().ansi().enabled();
  }

  /** Whether stderr is a terminal. The launcher knows this; Java 17 does not. */
  boolean terminal() {
    return Boolean.getBoolean("nngen.terminal");
  }

  /** Whether the output file is standard output: {@code -}. */
  static boolean isStandardOutput(Path file) {
    return file.toString().equals("-");
  }

  /** Prints warnings immediately. */
  void warn(List<Diagnostic> warnings) {
    Diagnostics all = new Diagnostics();
    warnings.forEach(all::report);
    report(all);
    err().flush();
  }

  /** Prints a note that a reader of the results needs. */
  void note(String sentence) {
    err().println("note: " + sentence);
    err().flush();
  }

  /** Prints the reported diagnostics; returns the exit status. */
  int report(Diagnostics diagnostics) {
    err().print(new DiagnosticRenderer(line.getColorScheme().ansi().enabled()).render(diagnostics));
    return diagnostics.hasErrors() ? Main.FAULT : CommandLine.ExitCode.OK;
  }
}
