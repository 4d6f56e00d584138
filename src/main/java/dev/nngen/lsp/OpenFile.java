package dev.nngen.lsp;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Source;
import dev.nngen.ide.Analysis;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A document that the client has open, and what is known of its text. Thread-safe. */
final class OpenFile {

  private final String uri;
  private final String name;
  private final SourceLoader loader;
  private String text;
  private Optional<Analysis> analysis = Optional.empty();
  private List<Diagnostic> told = List.of();
  private Analysis toldOf;

  /** @param name the path of a file, by which imports find it */
  OpenFile(String uri, String name, String text, SourceLoader loader) {
    this.uri = uri;
    this.name = name;
    this.text = text;
    this.loader = loader;
  }

  String uri() {
    return uri;
  }

  String name() {
    return name;
  }

  SourceLoader loader() {
    return loader;
  }

  synchronized String text() {
    return text;
  }

  /** Applies changes in their order: each replaces a range, or all if it names none. */
  synchronized void change(List<?> changes) {
    for (Object change : changes) {
      Map<?, ?> map = (Map<?, ?>) change;
      String replacement = (String) map.get("text");
      if (map.get("range") instanceof Map<?, ?> range) {
        TextPositions lines = new TextPositions(text);
        text = text.substring(0, lines.offset(range.get("start"))) + replacement + text.substring(lines.offset(range.get("end")));
      } else {
        text = replacement;
      }
    }
    forget();
  }

  /** Forgets what is known, because the text or that of an import has changed. */
  synchronized void forget() {
    analysis = Optional.empty();
  }

  /** What is known of the text as it is now. */
  synchronized Analysis analysis() {
    Analysis known = analysis.orElseGet(() -> new Analysis(new Source(name, text), loader));
    analysis = Optional.of(known);
    return known;
  }

  /** Whether an analysis is of the text as it is now. */
  synchronized boolean isCurrent(Analysis other) {
    return analysis.isPresent() && analysis.get() == other;
  }

  /** The diagnostics that the client shows. */
  synchronized List<Diagnostic> told() {
    return told;
  }

  /** The analysis that they are of; null before there are any. */
  synchronized Analysis toldOf() {
    return toldOf;
  }

  synchronized void tell(Analysis analysis, List<Diagnostic> diagnostics) {
    toldOf = analysis;
    told = diagnostics;
  }
}
