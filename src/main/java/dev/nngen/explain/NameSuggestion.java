package dev.nngen.explain;

import dev.nngen.diag.Suggestions;
import java.util.List;
import java.util.Optional;

/** Suggests a name for an unknown one. */
final class NameSuggestion {

  private NameSuggestion() {}

  /** Returns a message with the nearest name, or with all names if none is near. */
  static String unknown(String name, List<String> known) {
    Optional<String> nearest = Suggestions.nearest(name, known);
    return "no gradient for '" + name + "'"
        + nearest.map(near -> "; did you mean " + near + "?").orElseGet(() -> "; there are " + String.join(", ", known));
  }
}
