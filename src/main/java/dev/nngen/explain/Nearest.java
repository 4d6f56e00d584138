package dev.nngen.explain;

import dev.nngen.diag.Suggestions;
import java.util.List;
import java.util.Optional;

/** Suggests a name for one that is not there. */
final class Nearest {

  private Nearest() {}

  /** A message with the nearest name, or where none is near with all there are. */
  static String unknown(String name, List<String> known) {
    Optional<String> nearest = Suggestions.nearest(name, known);
    return "no gradient for '" + name + "'"
        + nearest.map(near -> "; did you mean " + near + "?").orElseGet(() -> "; there are " + String.join(", ", known));
  }
}
