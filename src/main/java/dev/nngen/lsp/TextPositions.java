package dev.nngen.lsp;

import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Converts positions between offsets and the protocol's lines and UTF-16 columns, both from 0. */
final class TextPositions {

  private final String text;
  private final List<Integer> starts = new ArrayList<>(List.of(0));

  TextPositions(String text) {
    this.text = text;
    for (int k = 0; k < text.length(); k++) {
      char c = text.charAt(k);
      if (c == '\n' || c == '\r' && (k + 1 == text.length() || text.charAt(k + 1) != '\n')) {
        starts.add(k + 1);
      }
    }
  }

  /** Returns the offset of a position. A position beyond the end of a line is at its end. */
  int offset(Object position) {
    int line = number(position, "line");
    if (line >= starts.size()) {
      return text.length();
    }
    int end = line + 1 < starts.size() ? starts.get(line + 1) : text.length();
    while (end > starts.get(line) && "\r\n".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return Math.min(starts.get(line) + number(position, "character"), end);
  }

  private static int number(Object position, String name) {
    if (position instanceof Map<?, ?> map && map.get(name) instanceof Double number && number >= 0) {
      return (int) Math.min(Integer.MAX_VALUE >> 1, number);
    }
    throw new IllegalArgumentException("a position without `" + name + "`");
  }

  private Map<String, Object> position(int offset) {
    int line = starts.size() - 1;
    while (starts.get(line) > offset) {
      line--;
    }
    return Map.of("line", line, "character", offset - starts.get(line));
  }

  Map<String, Object> range(int start, int end) {
    return Map.of("start", position(start), "end", position(end));
  }

  /** Returns the range of a span of this text. */
  Map<String, Object> range(Span span) {
    return range(span.start(), span.end());
  }

  static Map<String, Object> rangeOf(Span span) {
    return of(span.source()).range(span);
  }

  static TextPositions of(Source source) {
    return new TextPositions(source.text());
  }
}
