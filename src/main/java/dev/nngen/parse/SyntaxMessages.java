package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;

/** Says what is wrong with the syntax, in words for people. */
final class SyntaxMessages {

  private final Places places;

  SyntaxMessages(Places places) {
    this.places = places;
  }

  Diagnostic of(Parser parser, RecognitionException fault) {
    Set<String> expected = expected(parser, fault);
    Token found = fault.getOffendingToken();
    String wanted = expected.size() == 1 ? "expected `" + expected.iterator().next() + "`, found " : "unexpected ";
    return Diagnostic.of(ErrorCode.SYNTAX, places.of(found), wanted + shown(found));
  }

  /** The tokens that could stand at the fault, as they are written. */
  static Set<String> expected(Parser parser, RecognitionException fault) {
    Set<String> words = new TreeSet<>();
    IntervalSet types = fault.getExpectedTokens();
    for (int type : types == null ? new int[0] : types.toArray()) {
      String literal = parser.getVocabulary().getLiteralName(type);
      words.add(literal == null ? parser.getVocabulary().getSymbolicName(type) : literal.substring(1, literal.length() - 1));
    }
    return words;
  }

  static String shown(Token token) {
    return token.getType() == Token.EOF ? "the end of the file" : "`" + token.getText() + "`";
  }
}
