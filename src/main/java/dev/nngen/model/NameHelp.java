package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Suggestions;
import dev.nngen.parse.ForeignSpellings;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Suggests a meaning for an undefined name: a spelling of another language, or a similar name. */
final class NameHelp {

  private NameHelp() {}

  /** Returns the diagnostic with a replacement for the name, if there is one. */
  static Diagnostic add(Diagnostic diagnostic, Name wrong, Collection<String> names) {
    Optional<String> known = ForeignSpellings.name(wrong.span());
    return known.map(diagnostic::help).orElseGet(() -> nearest(diagnostic, wrong.name(), names));
  }

  /** Returns the diagnostic with the most similar parameter. */
  static Diagnostic parameter(Diagnostic diagnostic, String wrong, Collection<String> parameters) {
    return ForeignSpellings.parameter(wrong, parameters).map(diagnostic::help)
        .orElseGet(() -> nearest(diagnostic, wrong, parameters));
  }

  private static Diagnostic nearest(Diagnostic diagnostic, String wrong, Collection<String> names) {
    return Suggestions.nearest(wrong, names).map(near -> diagnostic.help("did you mean `" + near + "`?")).orElse(diagnostic);
  }

  /** Returns the names of a frame: values first, then functions. */
  static Set<String> names(Frame frame) {
    Set<String> names = new LinkedHashSet<>(frame.bindings.keySet());
    names.addAll(frame.file.sizeNames());
    names.addAll(frame.file.callable());
    return names;
  }
}
