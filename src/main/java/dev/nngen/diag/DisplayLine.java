package dev.nngen.diag;

/**
 * A line of source text as a terminal shows it: tabs become spaces, characters that would disturb the terminal or reorder the text become U+FFFD, and
 * each offset has a column on the screen.
 */
final class DisplayLine {

  private static final int TAB = 4;
  private static final int WIDEST = 160;
  private static final int CONTEXT = 60;

  private final int start;
  private final int[] columns;
  private final StringBuilder shown = new StringBuilder();

  /** The line that contains {@code offset}. A line that is too wide is cut some way before it. */
  DisplayLine(Source source, int offset) {
    int lineStart = source.lineStart(offset);
    int end = source.lineEnd(offset);
    boolean wide = end - lineStart > WIDEST;
    this.start = wide ? whole(source, Math.max(lineStart, offset - CONTEXT)) : lineStart;
    int stop = wide ? whole(source, Math.min(end, start + WIDEST)) : end;
    this.columns = new int[stop - start + 1];
    fill(source.text().substring(start, stop));
  }

  private void fill(String text) {
    int column = 0;
    for (int k = 0; k < text.length(); ) {
      int point = text.codePointAt(k);
      int units = Character.charCount(point);
      int width = point == '\t' ? TAB - column % TAB : width(visible(point));
      for (int unit = 0; unit < units; unit++) {
        columns[k + unit] = column;
      }
      shown.append(point == '\t' ? " ".repeat(width) : Character.toString(visible(point)));
      column += width;
      k += units;
    }
    columns[text.length()] = column;
  }

  /** Returns the printed text. */
  String text() {
    return shown.toString().stripTrailing();
  }

  /** Returns the column on the screen, from 0, of an offset of the source. Offsets outside of the line are clamped. */
  int column(int offset) {
    return columns[Math.max(0, Math.min(columns.length - 1, offset - start))];
  }

  /** Returns a text for one line of a terminal, without control characters. */
  static String printable(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints().map(DisplayLine::visible).forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static int visible(int point) {
    int type = Character.getType(point);
    boolean harmful = type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    return harmful ? 0xFFFD : point;
  }

  private static int width(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return wide(point) ? 2 : 1;
  }

  /** True for blocks of East Asian wide characters and emoji, an approximation of Unicode Standard Annex 11. */
  private static boolean wide(int point) {
    return point >= 0x1100 && point <= 0x115F || point >= 0x2E80 && point <= 0xA4CF || point >= 0xAC00 && point <= 0xD7A3
        || point >= 0xF900 && point <= 0xFAFF || point >= 0xFE30 && point <= 0xFE6F || point >= 0xFF00 && point <= 0xFF60
        || point >= 0xFFE0 && point <= 0xFFE6 || point >= 0x1F300 && point <= 0x1FAFF || point >= 0x20000 && point <= 0x3FFFD;
  }

  /** Moves an offset between two surrogates to the start of the character. */
  private static int whole(Source source, int offset) {
    boolean halves = offset > 0 && offset < source.text().length()
        && Character.isSurrogatePair(source.text().charAt(offset - 1), source.text().charAt(offset));
    return halves ? offset - 1 : offset;
  }
}
