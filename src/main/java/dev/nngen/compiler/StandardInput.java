package dev.nngen.compiler;

import java.nio.file.Path;
import java.util.Set;

/** Standard input as a file: {@code -}, or the system's names for it. It can be read once. */
public final class StandardInput {

  /** The name that diagnostics show. */
  public static final String NAME = "<stdin>";

  private static final Set<String> NAMES = Set.of("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  private StandardInput() {}

  /** True if a path on the command line denotes standard input. */
  public static boolean isNamedBy(Path path) {
    return NAMES.contains(path.toString());
  }

  /** Returns the given path, or the name of standard input. */
  public static String nameOf(Path path) {
    return isNamedBy(path) ? NAME : path.toString();
  }
}
