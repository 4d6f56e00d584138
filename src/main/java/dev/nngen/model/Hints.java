package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Suggestions;
import dev.nngen.parse.Habits;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Adds what a name that nothing defines may have meant: a spelling of another language, or a name nearby. */
final class Hints {

  private Hints() {}

  /** The diagnostic with what to write in the name's place, if that is known. */
  static Diagnostic add(Diagnostic diagnostic, Name wrong, Collection<String> names) {
    Optional<String> known = Habits.name(wrong.span());
    return known.map(diagnostic::help).orElseGet(() -> nearest(diagnostic, wrong.name(), names));
  }

  /** The diagnostic with the parameter that may be meant. */
  static Diagnostic parameter(Diagnostic diagnostic, String wrong, Collection<String> parameters) {
    return Habits.parameter(wrong, parameters).map(diagnostic::help)
        .orElseGet(() -> nearest(diagnostic, wrong, parameters));
  }

  private static Diagnostic nearest(Diagnostic diagnostic, String wrong, Collection<String> names) {
    return Suggestions.nearest(wrong, names).map(near -> diagnostic.help("did you mean `" + near + "`?")).orElse(diagnostic);
  }

  /** The names that a frame knows: values first, then what can be called. */
  static Set<String> names(Frame frame) {
    Set<String> names = new LinkedHashSet<>(frame.bindings.keySet());
    names.addAll(frame.file.sizeNames());
    names.addAll(frame.file.callable());
    return names;
  }
}
