package dev.nngen.parse;

import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** Turns ANTLR's positions, which count code points, into spans, which count UTF-16 units. */
final class TokenSpans {

  private final Source source;
  private final int[] units;

  TokenSpans(Source source) {
    this.source = source;
    this.units = units(source.text());
  }

  /** Returns a token's span; for the end of the file the empty span after its last visible character. */
  Span of(Token token) {
    if (token.getType() == Token.EOF) {
      int end = source.text().stripTrailing().length();
      return new Span(source, end, end);
    }
    return of(token, token);
  }

  Span of(Token first, Token last) {
    int start = unit(first.getStartIndex());
    return new Span(source, start, Math.max(start, unit(last.getStopIndex() + 1)));
  }

  /** Returns the first few characters of a token. */
  Span opening(Token token, int length) {
    int start = unit(token.getStartIndex());
    return new Span(source, start, start + length);
  }

  /** Returns the empty span directly after a token. */
  Span behind(Token token) {
    int end = unit(token.getStopIndex() + 1);
    return new Span(source, end, end);
  }

  Span of(ParserRuleContext context) {
    return of(context.getStart(), context.getStop());
  }

  private int unit(int codePoint) {
    return units == null ? codePoint : units[codePoint];
  }

  /** Returns the start of each code point; null if the text has none outside the basic plane, so that both counts are equal. */
  private static int[] units(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return null;
    }
    int[] starts = new int[count + 1];
    for (int k = 0; k < count; k++) {
      starts[k + 1] = text.offsetByCodePoints(starts[k], 1);
    }
    return starts;
  }
}
