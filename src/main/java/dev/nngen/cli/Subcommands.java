package dev.nngen.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/**
 * The subcommands of {@code nngen}, in the order of its help. Reading the annotations of a command takes as long as starting Java, so only the
 * requested command is read.
 */
final class Subcommands {

  private static final Map<String, Class<?>> BY_NAME = byName();

  /** The names of all subcommands. */
  static final Set<String> NAMES = BY_NAME.keySet();

  private static final List<String> HELP = List.of("help", "-h", "--help", CompletionCommand.NAME);

  private Subcommands() {}

  private static Map<String, Class<?>> byName() {
    Map<String, Class<?>> commands = new LinkedHashMap<>();
    commands.put("new", NewCommand.class);
    commands.put("check", CheckCommand.class);
    commands.put("explain", ExplainCommand.class);
    commands.put("train", TrainCommand.class);
    commands.put("eval", EvalCommand.class);
    commands.put("predict", PredictCommand.class);
    commands.put("export", ExportCommand.class);
    commands.put("fmt", FmtCommand.class);
    commands.put("lsp", LspCommand.class);
    commands.put("serve", ServeCommand.class);
    commands.put(CompletionCommand.NAME, CompletionCommand.class);
    commands.put("help", HelpCommand.class);
    commands.put("version", VersionCommand.class);
    return commands;
  }

  /**
   * Adds the subcommand that is the first argument; adds all if help is requested. Later arguments are not commands, so a folder may have the name of
   * a command.
   */
  static CommandLine addNamed(CommandLine line, String... args) {
    List<String> words = Arrays.asList(args);
    return add(line, words.stream().anyMatch(HELP::contains) ? NAMES : words.subList(0, Math.min(1, words.size())));
  }

  /** Adds all subcommands. */
  static CommandLine addAll(CommandLine line) {
    return add(line, NAMES);
  }

  private static CommandLine add(CommandLine line, Collection<String> words) {
    BY_NAME.forEach((name, command) -> {
      if (words.contains(name)) {
        line.addSubcommand(name, command);
      }
    });
    return line;
  }
}
