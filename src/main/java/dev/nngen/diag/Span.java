package dev.nngen.diag;

/**
 * A range of source text.
 *
 * @param source the text
 * @param start offset of its first character (UTF-16)
 * @param end offset after its last character
 */
public record Span(Source source, int start, int end) {

  /** Returns the span from the start of this one to the end of the other. */
  public Span to(Span last) {
    return new Span(source, start, last.end);
  }

  /** Returns the text of the span. */
  public String text() {
    return source.text().substring(start, end);
  }

  /** Returns {@code file:line:column} of its start. */
  public String place() {
    return source.name() + ":" + source.line(start) + ":" + source.column(start);
  }
}
