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
 * Collects errors of the model stage. An error inside a layer is shown with the calls that lead to it; an error inside the library is shown at the
 * user's call.
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

  /** Returns the error of a second definition. */
  static Diagnostic definedTwice(String what, Span second, Span first) {
    return Diagnostic.of(ErrorCode.DUPLICATE_NAME, second, what + " is defined twice").note(first, "first here").help("give one of them another name");
  }

  /** Returns a report that continues this one, and may be adopted or dropped. */
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

  /** Adds the errors and notes of a fork to this report. */
  void adopt(FaultReport fork) {
    typed.addAll(fork.typed);
    told.addAll(fork.told);
    unknown.addAll(fork.unknown);
    oriented &= fork.oriented;
    diagnostics.reportAll(fork.diagnostics);
  }

  /** Enters the expansion of a layer, until {@link #leave}. */
  void enter(Span call, Definition layer) {
    calls.push(new Call(call, layer));
  }

  void leave() {
    calls.pop();
  }

  /** Reports an error once per place and message, with a note for each layer call that it depends on. */
  void error(Diagnostic fault) {
    Diagnostic shown = fault;
    for (Iterator<Call> it = calls.iterator(); it.hasNext();) {
      Call call = it.next();
      shown = isInLibrary(shown, call) ? relocate(shown, call) : shown.note(call.span(), "in this call of `"
          + call.layer().label() + "`");
    }
    // All errors in the expansions of a call are one mistake.
    if (told.add(calls.isEmpty() ? List.of(shown.code(), shown.span(), shown.message()) : List.of(shown.severity(), shown.span()))) {
      diagnostics.report(shown);
    }
  }

  void error(ErrorCode code, Span span, String message) {
    error(Diagnostic.of(code, span, message));
  }

  /** Reports a use before the definition, once per name and model. */
  void early(String name, Supplier<Diagnostic> fault) {
    undefined = true;
    if (early.add(name)) {
      intrinsic(fault.get());
    }
  }

  /** Reports an undefined name, once per name and file; not if an import is missing, which may define it. */
  void unknown(String name, Supplier<Diagnostic> fault) {
    undefined = true;
    if (imported && isFirst(name)) {
      intrinsic(fault.get());
    }
  }

  /** Whether this is the first error about a name. */
  boolean isFirst(String name) {
    return unknown.add(name);
  }

  /** Whether this model uses a name that is undefined or defined later. */
  boolean hasUndefinedNames() {
    return undefined;
  }

  /** Resets the state of one model before another begins. */
  void begin() {
    undefined = false;
    early.clear();
  }

  /** Records that an import is missing or incomplete. */
  void missImport() {
    imported = false;
  }

  /** Records that the orientation of samples is unknown, so that errors of shapes are not reported. */
  void disorient() {
    oriented = false;
  }

  boolean isOriented() {
    return oriented;
  }

  /** Reports an error of a definition's own text, which does not depend on the caller. */
  void intrinsic(Diagnostic fault) {
    diagnostics.report(fault);
  }

  /** Records that the definition's body is typed, so its errors are already found. */
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

  /** Whether an error is in the text of a library layer, and not in a function passed to it. */
  private static boolean isInLibrary(Diagnostic fault, Call call) {
    boolean same = fault.span().map(span -> span.source().equals(call.layer().place().source())).orElse(true);
    return call.layer().home().isLibrary() && same;
  }

  private static Diagnostic relocate(Diagnostic fault, Call call) {
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

  /** Returns the text of a span on one line, cut if it is long. */
  static String excerpt(Span span) {
    String text = span.source().text().substring(span.start(), span.end()).replaceAll("\\s+", " ");
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT - 3) + "...";
  }
}
