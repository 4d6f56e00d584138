package dev.nngen.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

/** The command, for tests of other packages. */
public final class Commands {

  private Commands() {}

  /** Runs the command, whose output nobody reads; fails where it does. */
  public static void quiet(List<?> words) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    int status = Main.run(nowhere, nowhere, false, words.stream().map(Object::toString).toArray(String[]::new));
    if (status != 0) {
      throw new AssertionError(words + " ends with status " + status);
    }
  }
}
