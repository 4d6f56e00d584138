package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.diag.Suggestions;
import dev.nngen.parse.antlr.NngenLexer;
import dev.nngen.parse.antlr.NngenParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;

/** Writes messages of syntax errors. */
final class SyntaxMessages {

  static final Set<String> RESERVED = Set.of("model", "fn", "layer", "import", "return", "in");

  private static final List<String> STATEMENTS = List.of("input", "target", "param", "minimize", "output", "train", "prove",
      "return", "state", "size", "samples", "precision", "share", "repeat", "over", "start", "update", "noise");
  private static final List<String> ITEMS =
      List.of("model", "fn", "loss", "layer", "init", "optimizer", "import", "size", "samples", "precision");
  private static final Set<Integer> DECLARATIONS = Set.of(NngenParser.RULE_dataDecl, NngenParser.RULE_paramDecl);
  private static final Set<String> COMPARISONS = Set.of("<", "<=", ">", ">=", "==", "!=");

  /** Names of the statements that end with a semicolon. */
  private static final Map<Integer, String> ENDED = Map.ofEntries(
      Map.entry(NngenParser.RULE_importItem, "import"), Map.entry(NngenParser.RULE_functionItem, "function"),
      Map.entry(NngenParser.RULE_dataDecl, "declaration"), Map.entry(NngenParser.RULE_paramDecl, "parameter"),
      Map.entry(NngenParser.RULE_stateDecl, "state"), Map.entry(NngenParser.RULE_updateDecl, "update"),
      Map.entry(NngenParser.RULE_noiseDecl, "noise"), Map.entry(NngenParser.RULE_sizeDecl, "size"),
      Map.entry(NngenParser.RULE_definition, "definition"), Map.entry(NngenParser.RULE_prove, "claim"),
      Map.entry(NngenParser.RULE_returning, "value"));

  private final TokenSpans places;

  SyntaxMessages(TokenSpans places) {
    this.places = places;
  }

  /** Returns the diagnostic of an error: a known spelling of another language, or the expected and the found text. */
  Diagnostic of(Parser parser, RecognitionException fault) {
    return knownSpelling(parser, fault.getOffendingToken()).orElseGet(() -> plain(parser, fault));
  }

  private Optional<Diagnostic> knownSpelling(Parser parser, Token found) {
    List<Token> tokens = ((CommonTokenStream) parser.getTokenStream()).getTokens();
    Span statement = StatementText.around(tokens, found.getTokenIndex()).span(places);
    return ForeignSpellings.fault(ErrorCode.SYNTAX, statement, places.of(found));
  }

  private Diagnostic plain(Parser parser, RecognitionException fault) {
    Token found = fault.getOffendingToken();
    Token start = fault instanceof NoViableAltException choice ? choice.getStartToken() : found;
    Set<String> expected = expected(parser, fault);
    int rule = parser.getContext().getRuleIndex();
    if (expected.equals(Set.of(";"))) {
      return semicolon(parser, found);
    } else if (expected.equals(Set.of(")")) || expected.equals(Set.of("]")) || expected.equals(Set.of("}"))) {
      return closing(parser, found, expected.iterator().next());
    }
    return switch (rule) {
      case NngenParser.RULE_file, NngenParser.RULE_item -> item(parser, found);
      case NngenParser.RULE_block, NngenParser.RULE_statement -> statement(start, found);
      case NngenParser.RULE_definition -> statement(parser.getContext().getStart(), found);
      case NngenParser.RULE_name -> name(parser, found);
      case NngenParser.RULE_interval -> at(found, "expected an interval").help("write `[0, 1]`, or `(0, inf)` for open ends");
      case NngenParser.RULE_fact -> at(found, "expected `==` or `in`");
      case NngenParser.RULE_importItem -> at(found, "expected a path in double quotes");
      default -> expected.size() == 1 ? at(found, "expected `" + expected.iterator().next() + "`") : expression(found);
    };
  }

  /** Returns the diagnostic of a definition inside another's braces. */
  Diagnostic misplaced(Parser parser) {
    Token found = parser.getCurrentToken();
    Diagnostic plain = Diagnostic.of(ErrorCode.SYNTAX, places.of(found), article(found) + " `" + found.getText() + "` cannot be defined inside of braces")
        .help("definitions cannot be nested: move this one before the enclosing definition");
    return opening(parser, found).map(open -> plain.note(places.of(open), "the enclosing braces")).orElse(plain);
  }

  private static String article(Token word) {
    return "aeiou".indexOf(word.getText().charAt(0)) < 0 ? "a" : "an";
  }

  private Diagnostic at(Token found, String wanted) {
    return Diagnostic.of(ErrorCode.SYNTAX, places.of(found), wanted + ", found " + shown(found));
  }

  private Diagnostic semicolon(Parser parser, Token found) {
    Token last = parser.getTokenStream().LT(-1);
    String ended = ENDED.getOrDefault(parser.getContext().getRuleIndex(), "statement");
    Diagnostic plain = Diagnostic.of(ErrorCode.SYNTAX, places.behind(last), "expected `;` after this " + ended);
    if (found.getLine() > last.getLine() || found.getType() == Token.EOF || found.getText().equals("}")) {
      return plain;
    }
    Diagnostic here = at(found, "expected `;` after this " + ended);
    if (COMPARISONS.contains(found.getText())) {
      return here.help("comparisons do not chain; write `a < b && b < c`");
    } else if (found.getText().equals(",") && DECLARATIONS.contains(parser.getContext().getRuleIndex())) {
      return here.help("write one statement for each");
    }
    return startsOperand(found) ? here.help("an operator such as `*` may be missing before " + shown(found)) : here;
  }

  private Diagnostic closing(Parser parser, Token found, String bracket) {
    Diagnostic plain = at(found, "expected `" + bracket + "`");
    Diagnostic missing = startsOperand(found) && !bracket.equals("}")
        ? plain.help("a comma or an operator may be missing before " + shown(found)) : plain;
    return opening(parser, found).map(open -> missing.note(places.of(open), "this `" + open.getText() + "` is not closed"))
        .orElse(missing);
  }

  /** Returns the innermost bracket that is open before a token. */
  private static Optional<Token> opening(Parser parser, Token found) {
    int depth = 0;
    for (int k = found.getTokenIndex() - 1; k >= 0; k--) {
      String text = parser.getTokenStream().get(k).getText();
      depth += "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
      if (depth == 1) {
        return Optional.of(parser.getTokenStream().get(k));
      }
    }
    return Optional.empty();
  }

  private Diagnostic item(Parser parser, Token found) {
    if (found.getText().equals("}")) {
      return Diagnostic.of(ErrorCode.SYNTAX, places.of(found), "this `}` closes nothing");
    }
    Diagnostic plain = at(found, "expected a model, a function or an import");
    if (found.getText().equals(";")) {
      return plain.help("no `;` follows a `}`");
    }
    if (holdsNoModel(((CommonTokenStream) parser.getTokenStream()).getTokens()) && startsStatement(parser, found)) {
      return plain.help("wrap the statements in `model Name { ... }`");
    }
    return Suggestions.nearest(found.getText(), ITEMS).map(near -> plain.help("did you mean `" + near + "`?"))
        .orElse(plain.help("a file holds `model`, `layer`, `fn`, `loss`, `init`, `optimizer` and `import`"));
  }

  /** Whether a file does not contain the word `model`. */
  static boolean holdsNoModel(List<Token> tokens) {
    return tokens.stream().noneMatch(token -> token.getText().equals("model"));
  }

  private static boolean startsStatement(Parser parser, Token found) {
    int behind = found.getTokenIndex() + 1;
    return STATEMENTS.contains(found.getText())
        || behind < parser.getTokenStream().size() && parser.getTokenStream().get(behind).getText().equals("=");
  }

  private Diagnostic statement(Token start, Token found) {
    boolean word = start.getType() == NngenLexer.ID;
    if (STATEMENTS.contains(start.getText()) && found != start) {
      return at(found, "expected a name after `" + start.getText() + "`");
    } else if (word && found != start && found.getType() == NngenLexer.ID) {
      Diagnostic plain = Diagnostic.of(ErrorCode.SYNTAX, places.of(start), "no statement begins with `" + start.getText() + "`");
      return Suggestions.nearest(start.getText(), STATEMENTS).map(near -> plain.help("did you mean `" + near + "`?"))
          .orElse(plain.help("a definition is written `name = expression;`"));
    } else if (found != start) {
      return at(found, "expected `=` after `" + start.getText() + "`");
    }
    return at(found, "expected a statement").help("a definition is written `name = expression;`");
  }

  private Diagnostic name(Parser parser, Token found) {
    if (RESERVED.contains(found.getText())) {
      return at(found, "expected a name").help(shown(found) + " is a reserved word");
    }
    Token before = parser.getTokenStream().LT(-1);
    boolean afterModel = before != null && before.getText().equals("model");
    return afterModel ? at(found, "expected a name after `model`").help("a model is written `model Name { ... }`") : at(found, "expected a name");
  }

  private Diagnostic expression(Token found) {
    Diagnostic plain = at(found, "expected an expression");
    if (RESERVED.contains(found.getText())) {
      return plain.help(shown(found) + " is a reserved word");
    }
    return found.getText().equals("=") ? plain.help("equality is written `==`") : plain;
  }

  /** Returns the tokens that are allowed at the error, as they are written. */
  static Set<String> expected(Parser parser, RecognitionException fault) {
    Set<String> words = new TreeSet<>();
    IntervalSet types = fault.getExpectedTokens();
    for (int type : types == null ? new int[0] : types.toArray()) {
      String literal = parser.getVocabulary().getLiteralName(type);
      words.add(literal == null ? parser.getVocabulary().getSymbolicName(type) : literal.substring(1, literal.length() - 1));
    }
    return words;
  }

  private static boolean startsOperand(Token token) {
    return token.getType() == NngenLexer.ID || token.getType() == NngenLexer.NUMBER || token.getText().equals("(");
  }

  private static String shown(Token token) {
    return token.getType() == Token.EOF ? "the end of the file" : "`" + token.getText() + "`";
  }
}
