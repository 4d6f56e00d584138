package dev.nngen.diag;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An error or a warning. Built by {@link #of} and the methods that add to it:
 *
 * <pre>{@code
 * diagnostics.report(Diagnostic.of(ErrorCode.SYNTAX, span, "cannot multiply W, 10 x 64, by X, 30 x m")
 *     .label("64 columns meet 30 rows")
 *     .note(declaration, "W is declared here, 10 x 64")
 *     .help("did you mean W'?"));
 * }</pre>
 *
 * @param span location of the error in a text; empty for an error without a text, such as a file that cannot be read
 * @param label a few words beside the caret, or an empty string
 * @param notes further places that explain the error
 * @param help actions of the user; a help may have several lines
 */
public record Diagnostic(ErrorCode code, String message, Optional<Span> span, String label, List<Note> notes,
    List<String> help) {

  public Diagnostic {
    notes = List.copyOf(notes);
    help = List.copyOf(help);
  }

  /** A second place with a message. */
  public record Note(Span span, String text) {}

  public static Diagnostic of(ErrorCode code, Span span, String message) {
    return new Diagnostic(code, message, Optional.of(span), "", List.of(), List.of());
  }

  /** Returns a diagnostic without a place in a text. The message names the file. */
  public static Diagnostic withoutPlace(ErrorCode code, String message) {
    return new Diagnostic(code, message, Optional.empty(), "", List.of(), List.of());
  }

  public Severity severity() {
    return code.severity();
  }

  /** Returns the same diagnostic with a few words beside the caret. */
  public Diagnostic label(String text) {
    return new Diagnostic(code, message, span, text, notes, help);
  }

  /** Returns the same diagnostic with a further place. */
  public Diagnostic note(Span place, String text) {
    return new Diagnostic(code, message, span, label, append(notes, new Note(place, text)), help);
  }

  /** Returns the same diagnostic with a further help. */
  public Diagnostic help(String text) {
    return new Diagnostic(code, message, span, label, notes, append(help, text));
  }

  private static <T> List<T> append(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }
}
