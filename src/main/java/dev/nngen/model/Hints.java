package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Suggestions;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Adds the name that a misspelt one may have meant. */
final class Hints {

  private Hints() {}

  /** The diagnostic with the nearest of the names as help, where one is near. */
  static Diagnostic add(Diagnostic diagnostic, String wrong, Collection<String> names) {
    return Suggestions.nearest(wrong, names).map(n -> diagnostic.help("did you mean `" + n + "`?")).orElse(diagnostic);
  }

  /** The names that a frame knows: values first, then what can be called. */
  static Set<String> names(Frame frame) {
    Set<String> names = new LinkedHashSet<>(frame.bindings.keySet());
    names.addAll(frame.file.sizeNames());
    names.addAll(frame.file.callable());
    return names;
  }
}
