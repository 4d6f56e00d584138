package dev.nngen.cli;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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

  /** Whether a file that is to be written is standard output: {@code -}. */
  static boolean isStandardOutput(Path file) {
    return file.toString().equals("-");
  }

  /** Prints warnings at once. */
  void warn(List<Diagnostic> warnings) {
    Diagnostics all = new Diagnostics();
    warnings.forEach(all::report);
    report(all);
    err().flush();
  }

  /** Prints a sentence that a reader of the results must know. */
  void note(String sentence) {
    err().println("note: " + sentence);
    err().flush();
  }

  /** Prints what was reported: the exit status that follows from it. */
  int report(Diagnostics diagnostics) {
    err().print(new DiagnosticRenderer(line.getColorScheme().ansi().enabled()).render(diagnostics));
    return diagnostics.hasErrors() ? Main.FAULT : CommandLine.ExitCode.OK;
  }
}
