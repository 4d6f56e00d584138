package dev.nngen.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/** The entry point of the {@code nngen} command. */
public final class Main {

  /** Exit status for an error in the model or the data; 0 is success, 2 (picocli's own) wrong usage. */
  static final int FAULT = 1;

  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    StandardOutput standardOutput = new StandardOutput();
    PrintWriter out = new PrintWriter(standardOutput, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
    int status = run(out, err, terminalWantsColor(), args);
    if (standardOutput.fault().isPresent() && status == 0) {
      err.println("nngen: the standard output cannot be written: " + standardOutput.fault().get());
      status = FAULT;
    }
    err.flush();
    System.exit(status);
  }

  /** Runs the command with the given streams, for tests; returns the exit status. */
  static int run(PrintWriter out, PrintWriter err, boolean color, String... args) {
    if (args.length == 1 && args[0].equals("--version")) {
      out.println(VersionProvider.text());
      out.flush();
      return CommandLine.ExitCode.OK;
    }
    CommandLine command = Subcommands.addNamed(new CommandLine(new NngenCommand()), args);
    command.setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpAutoWidth(false)
        .setColorScheme(Help.defaultColorScheme(color ? Help.Ansi.ON : Help.Ansi.OFF))
        .setParameterExceptionHandler((fault, words) -> wrongUsage(fault))
        .setExecutionExceptionHandler((fault, line, parsed) -> internalError(fault, line));
    OptionValues.convertFor(command);
    int status;
    try {
      status = command.execute(args);
    } catch (OutOfMemoryError fault) {
      err.println("nngen: this takes more than the " + Runtime.getRuntime().maxMemory() + " bytes that the heap has");
      status = FAULT;
    }
    out.flush();
    err.flush();
    return status;
  }

  /** Whether the launcher reports that stderr is a terminal; Java 17 cannot tell. */
  private static boolean terminalWantsColor() {
    String refused = System.getenv("NO_COLOR");
    return Boolean.getBoolean("nngen.color") && (refused == null || refused.isEmpty());
  }

  /** Prints the error and a usage line; after a list of all options the error would be overlooked. */
  private static int wrongUsage(ParameterException fault) {
    CommandLine line = fault.getCommandLine();
    Help help = line.getHelp();
    line.getErr().println(line.getColorScheme().errorText(fault.getMessage()));
    UnmatchedArgumentException.printSuggestions(fault, line.getErr());
    line.getErr().print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
    line.getErr().println("All options: " + line.getCommandSpec().qualifiedName() + " --help");
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int internalError(Exception fault, CommandLine line) {
    line.getErr().println("nngen: internal error; please report it with the model file");
    fault.printStackTrace(line.getErr());
    return FAULT;
  }
}
