package dev.nngen.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nngen completion}: prints the script that completes commands and options. */
@Command(name = CompletionCommand.NAME, mixinStandardHelpOptions = true, versionProvider = VersionProvider.class,
    description = {"Prints a script that completes commands and options in bash and zsh.",
      "Add to ~/.bashrc or ~/.zshrc: source <(nngen completion)"})
final class CompletionCommand implements Runnable {

  static final String NAME = "completion";

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    CommandLine root = Subcommands.addAll(new CommandLine(new NngenCommand()));
    OptionValues.completeFor(root.getCommandSpec());
    spec.commandLine().getOut().print(AutoComplete.bash(root.getCommandName(), root));
  }
}
