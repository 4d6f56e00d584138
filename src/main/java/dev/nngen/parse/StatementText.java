package dev.nngen.parse;

import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.util.List;
import org.antlr.v4.runtime.Token;

/** The tokens of one statement, faulty or not: what stands between semicolons and the braces around it. */
record StatementText(List<Token> tokens, int first, int last) {

  /** The statement that holds a token. Braces that it opens itself belong to it. */
  static StatementText around(List<Token> tokens, int index) {
    int first = index;
    while (first > 0 && !isBoundary(tokens.get(first - 1))) {
      first--;
    }
    int last = index;
    int depth = Braces.change(tokens.get(index));
    while (last + 1 < tokens.size() && !endsAt(tokens.get(last), depth) && depth + Braces.change(tokens.get(last + 1)) >= 0) {
      last++;
      depth += Braces.change(tokens.get(last));
    }
    return new StatementText(tokens, first, last);
  }

  private static boolean isBoundary(Token token) {
    return token.getText().equals(";") || Braces.change(token) != 0;
  }

  private static boolean endsAt(Token token, int depth) {
    return depth <= 0 && token.getText().equals(";");
  }

  /** Where the statement stands in the text. */
  Span span(Places places) {
    Token end = tokens.get(last).getType() == Token.EOF && last > first ? tokens.get(last - 1) : tokens.get(last);
    return end.getType() == Token.EOF ? places.of(end) : places.of(tokens.get(first), end);
  }

  /** The statement of a text around an offset. */
  static Span around(Source source, int offset) {
    Places places = new Places(source);
    List<Token> tokens = NnParser.tokens(source).getTokens();
    int index = 0;
    while (index + 1 < tokens.size() && places.of(tokens.get(index)).end() <= offset) {
      index++;
    }
    return around(tokens, index).span(places);
  }
}
