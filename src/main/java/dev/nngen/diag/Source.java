package dev.nngen.diag;

/**
 * A text and its name in diagnostics.
 *
 * @param name the path as the user gave it, or {@code library/activations.nn}
 * @param text the whole text, or for a file too long for memory the relevant lines
 * @param firstLine the number of the text's first line, 1 for a whole text
 */
public record Source(String name, String text, int firstLine) {

  /** A whole text. */
  public Source(String name, String text) {
    this(name, text, 1);
  }

  /** The line of an offset, counted from {@code firstLine}. Lines end in LF, CR LF or CR. */
  public int line(int offset) {
    int line = firstLine;
    for (int k = 0; k < offset; k++) {
      line += endsLine(k) ? 1 : 0;
    }
    return line;
  }

  /** The column of an offset in its line, counted from 1 in code points. */
  public int column(int offset) {
    return text.codePointCount(lineStart(offset), offset) + 1;
  }

  /** Returns the start of the line of an offset. */
  public int lineStart(int offset) {
    int start = offset;
    while (start > 0 && !endsLine(start - 1)) {
      start--;
    }
    return start;
  }

  /** Returns the end of the line of an offset, before its line break. */
  public int lineEnd(int offset) {
    int end = lineStart(offset);
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  private boolean endsLine(int k) {
    char c = text.charAt(k);
    return c == '\n' || c == '\r' && (k + 1 == text.length() || text.charAt(k + 1) != '\n');
  }

  @Override
  public String toString() {
    return name;
  }
}
