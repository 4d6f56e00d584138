package dev.nngen.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The command, for tests of other packages. */
public final class Commands {

  private Commands() {}

  /** Runs the command and discards its output; throws if it fails. */
  public static void quiet(List<?> words) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    int status = Main.run(nowhere, nowhere, false, words.stream().map(Object::toString).toArray(String[]::new));
    if (status != 0) {
      throw new AssertionError(words + " ends with status " + status);
    }
  }

  /** Returns the output of the command, results first. */
  public static String output(String... words) {
    Command command = Command.run((Object[]) words);
    return command.out() + command.err();
  }

  /** The help of {@code nngen} and of each subcommand, by name. */
  public static Map<String, String> help() {
    Map<String, String> help = new LinkedHashMap<>();
    CommandLine root = Subcommands.addAll(new CommandLine(new NngenCommand()));
    help.put("nngen", root.getUsageMessage(CommandLine.Help.Ansi.OFF));
    root.getSubcommands().forEach((name, command) -> help.put("nngen " + name, command.getUsageMessage(CommandLine.Help.Ansi.OFF)));
    return help;
  }
}
