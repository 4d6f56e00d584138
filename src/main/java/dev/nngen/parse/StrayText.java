package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.parse.antlr.NngenLexer;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;

/**
 * Reports text that is not a token of the language: once per statement, and each character once per file. The lexer hides it from the parser, so
 * parsing continues around it.
 */
final class StrayText {

  private static final Set<String> FOREIGN_COMMENTS = Set.of("#", "%");

  private final List<Token> tokens;
  private final TokenSpans places;
  private final Diagnostics diagnostics;
  private final BitSet covered = new BitSet();
  private final Set<String> told = new HashSet<>();

  private StrayText(List<Token> tokens, TokenSpans places, Diagnostics diagnostics) {
    this.tokens = tokens;
    this.places = places;
    this.diagnostics = diagnostics;
  }

  /** Returns the tokens of the statements with such text; further errors in them are not reported. */
  static BitSet report(List<Token> tokens, TokenSpans places, Diagnostics diagnostics) {
    StrayText stray = new StrayText(tokens, places, diagnostics);
    for (int k = 0; k < tokens.size(); k++) {
      if (stray.isForeignComment(k)) {
        k = stray.comment(k);
      } else if (isStray(tokens.get(k))) {
        stray.token(k);
      }
    }
    return stray.covered;
  }

  private static boolean isStray(Token token) {
    return token.getChannel() == Token.HIDDEN_CHANNEL;
  }

  /** Whether a `#` or `%` begins a comment of another language. A `%` may also be a remainder, unless it is the first token of its line. */
  private boolean isForeignComment(int k) {
    Token token = tokens.get(k);
    return token.getType() == NngenLexer.STRAY && FOREIGN_COMMENTS.contains(token.getText())
        && (token.getText().equals("#") || k == 0 || tokens.get(k - 1).getLine() < token.getLine()
            || tokens.get(k - 1).getText().matches("[;{}]"));
  }

  /** Hides a comment from the parser; returns the index of its last token. */
  private int comment(int first) {
    int last = first;
    while (tokens.get(last + 1).getType() != Token.EOF && tokens.get(last + 1).getLine() == tokens.get(first).getLine()) {
      last++;
      ((CommonToken) tokens.get(last)).setChannel(Token.HIDDEN_CHANNEL);
    }
    if (told.add(tokens.get(first).getText())) {
      diagnostics.report(Diagnostic.of(ErrorCode.STRAY_CHARACTER, places.of(tokens.get(first)),
          "unexpected " + shown(tokens.get(first).getText())).help("comments begin with `//`"));
    }
    hides(first, last);
    return last;
  }

  /** Records that a brace is hidden: the structure after it is unknown, so no further error is reported. */
  private void hides(int first, int last) {
    if (tokens.subList(first, last + 1).stream().anyMatch(token -> token.getText().contains("{") || token.getText().contains("}"))) {
      covered.set(first, tokens.size());
    }
  }

  private void token(int k) {
    StatementText statement = StatementText.around(tokens, k);
    boolean first = covered.nextSetBit(statement.first()) < 0 || covered.nextSetBit(statement.first()) > k;
    covered.set(statement.first(), end(statement, k) + 2);
    hides(k, k);
    if (told.add(tokens.get(k).getText()) && first) {
      Diagnostic plain = plain(tokens.get(k));
      diagnostics.report(plain.code() == ErrorCode.UNTERMINATED ? plain : knownSpelling(statement, k).orElse(plain));
    }
  }

  private Optional<Diagnostic> knownSpelling(StatementText statement, int k) {
    return ForeignSpellings.fault(ErrorCode.STRAY_CHARACTER, statement.span(places), places.of(tokens.get(k)));
  }

  /** Returns the end of hidden text; an unclosed comment or string hides the end of its statement too. */
  private int end(StatementText statement, int k) {
    int end = statement.last();
    if (tokens.get(k).getType() == NngenLexer.OPEN_STRING) {
      while (end + 1 < tokens.size() && tokens.get(end).getLine() == tokens.get(k).getLine()) {
        end++;
      }
    }
    return end;
  }

  private Diagnostic plain(Token token) {
    return switch (token.getType()) {
      case NngenLexer.OPEN_COMMENT -> Diagnostic.of(ErrorCode.UNTERMINATED, places.opening(token, 2),
          "this comment is never closed").help("close it with `*/`");
      case NngenLexer.OPEN_STRING -> Diagnostic.of(ErrorCode.UNTERMINATED, places.of(token),
          "this string is not closed on its line").help("close it with `\"`");
      default -> stray(token);
    };
  }

  private Diagnostic stray(Token token) {
    Diagnostic plain = Diagnostic.of(ErrorCode.STRAY_CHARACTER, places.of(token), "unexpected " + shown(token.getText()));
    return switch (token.getText()) {
      case "." -> plain.help("write numbers as `1.5` or `.5`, and entrywise operators as `.*`, `./` and `.^`");
      case "&" -> plain.help("did you mean `&&`?");
      case "|" -> plain.help("did you mean `||` or `|>`?");
      default -> Character.isLetter(token.getText().codePointAt(0))
          ? plain.help("names consist of the letters a to z and A to Z, digits and `_`")
          : plain;
    };
  }

  /** Returns the character as text; control characters are shown by number, because they could garble the terminal. */
  private static String shown(String character) {
    int point = character.codePointAt(0);
    return Character.isISOControl(point) || Character.getType(point) == Character.FORMAT || !Character.isDefined(point)
        ? String.format(Locale.ROOT, "character U+%04X", point)
        : "`" + character + "`";
  }
}
