package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where the model stage reports faults. A fault inside a layer is shown with the calls that led there; inside the library,
 * whose text is not the user's, it is shown at the call.
 */
final class FaultReport {

  private static final int EXCERPT = 40;

  private record Call(Span span, Definition layer) {}

  private final Diagnostics diagnostics;
  private final Deque<Call> calls = new ArrayDeque<>();
  private final Set<Definition> typed = new HashSet<>();
  private final Set<List<Object>> told = new HashSet<>();
  private final Set<String> early = new HashSet<>();
  private final Set<String> unknown = new HashSet<>();
  private boolean undefined;
  private boolean oriented = true;
  private boolean imported = true;
  /** Whether there were errors before this report was forked. */
  private boolean failed;

  FaultReport(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** A report that goes on from this one, to be adopted or dropped. */
  FaultReport fork() {
    FaultReport fork = new FaultReport(new Diagnostics());
    fork.typed.addAll(typed);
    fork.told.addAll(told);
    fork.unknown.addAll(unknown);
    fork.imported = imported;
    fork.oriented = oriented;
    fork.failed = hasErrors();
    return fork;
  }

  /** Takes what a fork has reported and noted for this report's own. */
  void adopt(FaultReport fork) {
    typed.addAll(fork.typed);
    told.addAll(fork.told);
    unknown.addAll(fork.unknown);
    oriented &= fork.oriented;
    diagnostics.reportAll(fork.diagnostics);
  }

  /** Says that what follows happens inside a layer, until {@link #leave}. */
  void enter(Span call, Definition layer) {
    calls.push(new Call(call, layer));
  }

  void leave() {
    calls.pop();
  }

  /** Reports a fault, once for each place and message, with a note for each call of a layer that it depends on. */
  void error(Diagnostic fault) {
    Diagnostic shown = fault;
    for (Iterator<Call> it = calls.iterator(); it.hasNext();) {
      Call call = it.next();
      shown = isInLibrary(shown, call) ? moved(shown, call) : shown.note(call.span(), "in this call of `"
          + call.layer().label() + "`");
    }
    // What a call leads to is one mistake, whatever its expansions say of it.
    if (told.add(calls.isEmpty() ? List.of(shown.code(), shown.span(), shown.message()) : List.of(shown.severity(), shown.span()))) {
      diagnostics.report(shown);
    }
  }

  void error(ErrorCode code, Span span, String message) {
    error(Diagnostic.of(code, span, message));
  }

  /** Reports a name that is used before its definition, once for a model: all its uses are one mistake. */
  void early(String name, Supplier<Diagnostic> fault) {
    undefined = true;
    if (early.add(name)) {
      intrinsic(fault.get());
    }
  }

  /** Reports a name that nothing defines, once for a file: all its uses are one mistake. Without all imports nobody can tell. */
  void unknown(String name, Supplier<Diagnostic> fault) {
    undefined = true;
    if (imported && isFirst(name)) {
      intrinsic(fault.get());
    }
  }

  /** Whether nothing was said of a name before. */
  boolean isFirst(String name) {
    return unknown.add(name);
  }

  /** Whether this model uses a name that nothing defines in time. */
  boolean hasUndefinedNames() {
    return undefined;
  }

  /** Forgets what was noted of one model: another begins. */
  void begin() {
    undefined = false;
    early.clear();
  }

  /** Notes that an import is missing, or not all of it could be read. */
  void missImport() {
    imported = false;
  }

  /** Notes that nobody knows whether samples are rows or columns, so that no shape is worth a message. */
  void disorient() {
    oriented = false;
  }

  boolean isOriented() {
    return oriented;
  }

  /** Reports a fault of a definition's own text, which is the same whoever calls it. */
  void intrinsic(Diagnostic fault) {
    diagnostics.report(fault);
  }

  /** Notes that the definition's body is typed, so that its faults are found. */
  void typed(Definition definition) {
    typed.add(definition);
  }

  boolean isTyped(Definition definition) {
    return typed.contains(definition);
  }

  boolean hasErrors() {
    return failed || diagnostics.hasErrors();
  }

  Diagnostics diagnostics() {
    return diagnostics;
  }

  /** True if a fault is in the text of a library layer, and not in that of a function passed to it. */
  private static boolean isInLibrary(Diagnostic fault, Call call) {
    boolean same = fault.span().map(span -> span.source().equals(call.layer().place().source())).orElse(true);
    return call.layer().home().isLibrary() && same;
  }

  private static Diagnostic moved(Diagnostic fault, Call call) {
    Diagnostic moved = Diagnostic.of(fault.code(), call.span(), "in `" + call.layer().label() + "`: " + fault.message());
    moved = fault.span().isPresent() ? moved.note(fault.span().get(), fault.label().isEmpty() ? "here" : fault.label())
        : moved;
    for (Diagnostic.Note note : fault.notes()) {
      moved = moved.note(note.span(), note.text());
    }
    for (String help : fault.help()) {
      moved = moved.help(help);
    }
    return moved;
  }

  /** The text of a span on one line, cut where it is long. */
  static String excerpt(Span span) {
    String text = span.source().text().substring(span.start(), span.end()).replaceAll("\\s+", " ");
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT - 3) + "...";
  }
}
