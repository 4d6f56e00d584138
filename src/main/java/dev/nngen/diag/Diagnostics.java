package dev.nngen.diag;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the diagnostics of all stages. Stores each once and at most {@link #LIMIT} of them. */
public final class Diagnostics {

  /** Further diagnostics are counted only. */
  public static final int LIMIT = 100;

  private final Set<Diagnostic> kept = new LinkedHashSet<>();
  private final Map<String, Integer> sources = new LinkedHashMap<>();
  private boolean errors;
  private int dropped;

  /** Adds the diagnostic, unless an equal one was reported or the limit is reached. */
  public void report(Diagnostic diagnostic) {
    errors |= diagnostic.severity() == Severity.ERROR;
    if (kept.contains(diagnostic)) {
      return;
    }
    if (kept.size() == LIMIT) {
      dropped++;
      return;
    }
    diagnostic.span().ifPresent(span -> sources.putIfAbsent(span.source().name(), sources.size()));
    kept.add(diagnostic);
  }

  /** Adds the diagnostics of another collector. */
  public void reportAll(Diagnostics others) {
    others.kept.forEach(this::report);
    dropped += others.dropped;
    errors |= others.errors;
  }

  public boolean hasErrors() {
    return errors;
  }

  public boolean isEmpty() {
    return kept.isEmpty();
  }

  /** The number of diagnostics beyond the limit. */
  public int dropped() {
    return dropped;
  }

  /** Returns the diagnostics: files in the order of their first diagnostic, within a file in the order of the text. */
  public List<Diagnostic> sorted() {
    return kept.stream().sorted(Comparator.comparingInt(this::fileRank).thenComparingInt(Diagnostics::offset)).toList();
  }

  private int fileRank(Diagnostic diagnostic) {
    return diagnostic.span().map(span -> sources.get(span.source().name())).orElse(-1);
  }

  private static int offset(Diagnostic diagnostic) {
    return diagnostic.span().map(Span::start).orElse(0);
  }
}
