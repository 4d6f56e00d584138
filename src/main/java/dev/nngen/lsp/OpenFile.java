package dev.nngen.lsp;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Source;
import dev.nngen.ide.Analysis;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An open document of the client, and its analysis. Thread-safe. */
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

  /** Applies changes in order. Each replaces a range, or the whole text if it has no range. */
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

  /** Discards the analysis, because the text or that of an import has changed. */
  synchronized void forget() {
    analysis = Optional.empty();
  }

  /** Returns the analysis of the current text. */
  synchronized Analysis analysis() {
    Analysis known = analysis.orElseGet(() -> new Analysis(new Source(name, text), loader));
    analysis = Optional.of(known);
    return known;
  }

  /** True if an analysis is of the current text. */
  synchronized boolean isCurrent(Analysis other) {
    return analysis.isPresent() && analysis.get() == other;
  }

  /** Returns the diagnostics that the client shows. */
  synchronized List<Diagnostic> shownDiagnostics() {
    return told;
  }

  /** Returns the analysis of these diagnostics, null before there are any. */
  synchronized Analysis shownAnalysis() {
    return toldOf;
  }

  synchronized void tell(Analysis analysis, List<Diagnostic> diagnostics) {
    toldOf = analysis;
    told = diagnostics;
  }
}
