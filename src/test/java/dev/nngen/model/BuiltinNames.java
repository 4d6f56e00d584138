package dev.nngen.model;

import java.util.Set;
import java.util.TreeSet;

/** The functions of the language itself, for tests that want all of them. */
public final class BuiltinNames {

  private BuiltinNames() {}

  public static Set<String> all() {
    Set<String> names = new TreeSet<>();
    Builtin.names().forEach(names::add);
    return names;
  }
}
