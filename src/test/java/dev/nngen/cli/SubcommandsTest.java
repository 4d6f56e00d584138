package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which commands are read, and that nothing of it shows. */
class SubcommandsTest {

  private static Set<String> read(String... args) {
    return Subcommands.addNamed(new CommandLine(new NngenCommand()), args).getSubcommands().keySet();
  }

  @Test
  void readsOnlyWhatIsNamed() {
    assertEquals(Set.of(), read("a.nn", "-d", "out"));
    assertEquals(Set.of(), read("a.nn", "-d", "train"));
    assertEquals(Set.of("train"), read("train", "a.nn"));
    assertEquals(Subcommands.NAMES, read("--help"));
    assertEquals(Subcommands.NAMES, read("help", "train"));
  }

  @Test
  void everyCommandIsInTheHelpAndInTheCompletion() {
    String help = Command.run("--help").out();
    String completion = Command.run("completion").out();
    for (String name : Subcommands.NAMES) {
      assertTrue(help.contains("\n  " + name + " "), name);
      assertTrue(completion.contains(name), name);
    }
    assertTrue(completion.contains("--check-finite"));
  }

  @Test
  void theVersionIsTheSameInEverySpelling() {
    String version = Command.run("--version").out();
    assertTrue(version.startsWith("nngen "), version);
    assertEquals(version, Command.run("version").out());
    assertEquals(version, Command.run("-V").out());
    assertEquals(version, Command.run("train", "--version").out());
  }

  @Test
  void namesWithoutMeaningSuggestTheNearestCommand() {
    assertTrue(Command.run("trian").err().contains("Did you mean: nngen train?"));
  }
}
