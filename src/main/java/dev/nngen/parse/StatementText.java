package dev.nngen.parse;

import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.util.List;
import org.antlr.v4.runtime.Token;

/** The tokens of one statement, faulty or not: those between semicolons and the enclosing braces. */
record StatementText(List<Token> tokens, int first, int last) {

  /** Returns the statement that contains a token. Braces that it opens itself belong to it. */
  static StatementText around(List<Token> tokens, int index) {
    int first = index;
    while (first > 0 && !isBoundary(tokens, first - 1)) {
      first--;
    }
    int last = index;
    int depth = Braces.change(tokens.get(index));
    while (last + 1 < tokens.size() && !(depth <= 0 && (isEnd(tokens, last) || closesBlock(tokens, last))) && depth + Braces.change(tokens.get(last + 1)) >= 0) {
      last++;
      depth += Braces.change(tokens.get(last));
    }
    return new StatementText(tokens, first, last);
  }

  /** Whether a brace is the last token of its line. */
  private static boolean closesBlock(List<Token> tokens, int k) {
    return tokens.get(k).getText().equals("}") && tokens.get(k + 1).getLine() > tokens.get(k).getLine();
  }

  private static boolean isBoundary(List<Token> tokens, int k) {
    return isEnd(tokens, k) || Braces.change(tokens.get(k)) != 0;
  }

  /** Whether a token is a semicolon that ends a statement; between brackets on its line it is a separator of another language. */
  static boolean isEnd(List<Token> tokens, int k) {
    return tokens.get(k).getText().equals(";") && !isBetween(tokens, k, "[", "]") && !isBetween(tokens, k, "(", ")");
  }

  private static boolean isBetween(List<Token> tokens, int k, String open, String close) {
    return isOpen(tokens, k, -1, open, close) && isOpen(tokens, k, 1, close, open);
  }

  /** Whether a token's line has, in one direction from it, an unmatched bracket. */
  private static boolean isOpen(List<Token> tokens, int from, int step, String bracket, String other) {
    int depth = 0;
    for (int k = from + step; k >= 0 && k < tokens.size() && tokens.get(k).getLine() == tokens.get(from).getLine(); k += step) {
      String text = tokens.get(k).getText();
      depth += text.equals(bracket) ? 1 : text.equals(other) ? -1 : 0;
      if (depth > 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the position of the statement in the text. */
  Span span(TokenSpans places) {
    Token end = tokens.get(last).getType() == Token.EOF && last > first ? tokens.get(last - 1) : tokens.get(last);
    return end.getType() == Token.EOF ? places.of(end) : places.of(tokens.get(first), end);
  }

  /** Returns the statement of a text around an offset. */
  static Span around(Source source, int offset) {
    TokenSpans places = new TokenSpans(source);
    List<Token> tokens = NnParser.tokens(source).getTokens();
    int index = 0;
    while (index + 1 < tokens.size() && places.of(tokens.get(index)).end() <= offset) {
      index++;
    }
    return around(tokens, index).span(places);
  }
}
