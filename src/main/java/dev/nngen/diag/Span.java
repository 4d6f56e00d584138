package dev.nngen.diag;

/**
 * A stretch of source text.
 *
 * @param source where it stands
 * @param start offset of its first character (UTF-16)
 * @param end offset behind its last character
 */
public record Span(Source source, int start, int end) {

  /** The span from the start of this one to the end of the other. */
  public Span to(Span last) {
    return new Span(source, start, last.end);
  }

  /** The text it covers. */
  public String text() {
    return source.text().substring(start, end);
  }

  /** {@code file:line:column} of its start. */
  public String place() {
    return source.name() + ":" + source.line(start) + ":" + source.column(start);
  }
}
