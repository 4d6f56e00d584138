package dev.nngen.parse;

import java.util.List;
import org.antlr.v4.runtime.Token;

/** The brace depth of each token of a text, and whether a later token closes its braces. */
final class Braces {

  private final int[] depth;
  private final int[] leastBehind;

  Braces(List<Token> tokens) {
    depth = new int[tokens.size() + 1];
    leastBehind = new int[tokens.size() + 1];
    for (int k = 0; k < tokens.size(); k++) {
      depth[k + 1] = depth[k] + change(tokens.get(k));
    }
    leastBehind[tokens.size()] = depth[tokens.size()];
    for (int k = tokens.size() - 1; k >= 0; k--) {
      leastBehind[k] = Math.min(depth[k], leastBehind[k + 1]);
    }
  }

  /** Returns the change of depth at a token. */
  static int change(Token token) {
    return token.getText().equals("{") ? 1 : token.getText().equals("}") ? -1 : 0;
  }

  /** Whether the innermost braces that are open before a token are closed after it. */
  boolean areClosedBehind(Token token) {
    return leastBehind[token.getTokenIndex()] < depth[token.getTokenIndex()];
  }
}
