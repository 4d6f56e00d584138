package dev.nngen.parse;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.parse.Lexeme.Role;
import dev.nngen.parse.antlr.NngenLexer;
import dev.nngen.parse.antlr.NngenParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Splits a text into all its parts except white space, in order. */
public final class Lexemes {

  private static final Pattern COMMENT = Pattern.compile("//[^\r\n]*|(?s:/\\*.*?\\*/)");
  private static final Pattern FRACTION = Pattern.compile("\\d+/\\d+");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*");

  private final Source source;
  private final TokenSpans places;
  private final Map<Integer, Role> roles = new HashMap<>();
  private final List<Lexeme> lexemes = new ArrayList<>();
  private boolean sound;

  private Lexemes(Source source) {
    this.source = source;
    this.places = new TokenSpans(source);
  }

  /**
   * Returns the lexemes of a text, including comments. In a faulty statement their roles depend only on the words.
   *
   * @param diagnostics receives every syntax error
   */
  public static List<Lexeme> of(Source source, Diagnostics diagnostics) {
    if (!Limits.admits(source, diagnostics)) {
      return List.of();
    }
    Lexemes all = new Lexemes(source);
    CommonTokenStream tokens = NnParser.tokens(source);
    Diagnostics faults = new Diagnostics();
    Optional<NngenParser.FileContext> tree = NnParser.tree(tokens, all.places, faults);
    all.sound = !faults.hasErrors();
    tree.ifPresent(all::note);
    diagnostics.reportAll(faults);
    all.collect(tokens.getTokens());
    return List.copyOf(all.lexemes);
  }

  private void note(ParseTree tree) {
    if (tree instanceof TerminalNode leaf) {
      roles.putIfAbsent(leaf.getSymbol().getTokenIndex(), role(leaf));
    }
    for (int k = 0; k < tree.getChildCount(); k++) {
      note(tree.getChild(k));
    }
  }

  private void collect(List<Token> tokens) {
    int last = 0;
    for (Token token : tokens) {
      int next = token.getType() == Token.EOF ? source.text().length() : places.of(token).start();
      comments(last, next);
      if (token.getType() != Token.EOF) {
        lexemes.add(new Lexeme(roles.getOrDefault(token.getTokenIndex(), plain(token)), places.of(token)));
        last = places.of(token).end();
      }
    }
  }

  /** Adds the comments between two tokens. */
  private void comments(int from, int to) {
    Matcher comment = COMMENT.matcher(source.text()).region(from, to);
    while (comment.find()) {
      lexemes.add(new Lexeme(Role.COMMENT, new Span(source, comment.start(), comment.end())));
    }
  }

  /** Returns the role of a token, ignoring its place in the tree. */
  private static Role plain(Token token) {
    return switch (token.getType()) {
      case NngenLexer.NUMBER -> Role.NUMBER;
      case NngenLexer.STRING -> Role.STRING;
      case NngenLexer.ID -> Role.NAME;
      case NngenLexer.REDUCTION -> Role.REDUCTION;
      case NngenLexer.STRAY, NngenLexer.OPEN_COMMENT, NngenLexer.OPEN_STRING -> Role.STRAY;
      default -> plain(token.getText());
    };
  }

  private static Role plain(String text) {
    return switch (text) {
      case "(", "[" -> Role.OPENING_BRACKET;
      case ")", "]" -> Role.CLOSING_BRACKET;
      case "{" -> Role.OPENING_BRACE;
      case "}" -> Role.CLOSING_BRACE;
      case "," -> Role.COMMA;
      case ";" -> Role.SEMICOLON;
      case ":" -> Role.COLON;
      case "'" -> Role.QUOTE;
      default -> WORD.matcher(text).matches() ? Role.KEYWORD : Role.OPERATOR;
    };
  }

  private Role role(TerminalNode leaf) {
    ParseTree parent = leaf.getParent();
    String text = leaf.getText();
    if (parent instanceof NngenParser.NameContext) {
      return parent.getParent() instanceof NngenParser.CallContext || parent.getParent() instanceof NngenParser.PipeTargetContext ? Role.CALLEE : Role.NAME;
    } else if (parent instanceof NngenParser.DeclaredContext) {
      return Role.NAME;
    } else if (parent instanceof NngenParser.SubscriptContext) {
      return Role.SLICE;
    } else if (parent instanceof NngenParser.ReductionContext reduction && text.equals(":")) {
      return sound && isBeforeCondition(reduction, leaf) ? Role.CONDITION : Role.COLON;
    } else if (parent instanceof NngenParser.UnaryContext || parent instanceof NngenParser.CoveringContext || parent instanceof NngenParser.ExponentContext) {
      return Role.SIGN;
    } else if (parent instanceof NngenParser.PowerContext) {
      return Role.POWER;
    } else if (parent instanceof NngenParser.ProductContext product && (isFraction(product) || !text.startsWith(".") && isInSubscript(parent))) {
      return Role.TIGHT_OPERATOR;
    }
    boolean attached = (text.equals("(") || text.equals("[")) && isAttaching(parent);
    return attached ? Role.ATTACHED_BRACKET : plain(leaf.getSymbol());
  }

  private static boolean isAttaching(ParseTree parent) {
    return parent instanceof NngenParser.ArgumentsContext || parent instanceof NngenParser.ParametersContext || parent instanceof NngenParser.PostfixContext
        || parent instanceof NngenParser.SizesContext || parent instanceof NngenParser.IndicesContext || parent instanceof NngenParser.PatternContext
        || parent instanceof NngenParser.ReductionContext;
  }

  /** Whether the colon precedes the condition; after the last index there may be a size, a condition, or both. */
  private boolean isBeforeCondition(NngenParser.ReductionContext reduction, TerminalNode colon) {
    for (NngenParser.ExpressionContext next : reduction.expression()) {
      if (next.getStart().getTokenIndex() > colon.getSymbol().getTokenIndex()) {
        return ExprBuilder.isCondition(new ExprBuilder(places).expression(next));
      }
    }
    return false;
  }

  private static boolean isFraction(NngenParser.ProductContext product) {
    return FRACTION.matcher(product.getText()).matches();
  }

  /** Whether the innermost brackets around an operator are those of subscripts. */
  private static boolean isInSubscript(ParseTree tree) {
    ParseTree outer = tree.getParent();
    while (outer != null && !isAttaching(outer) && !(outer instanceof NngenParser.PrimaryContext) && !(outer instanceof NngenParser.SubscriptContext)) {
      outer = outer.getParent();
    }
    return outer instanceof NngenParser.SubscriptContext;
  }
}
