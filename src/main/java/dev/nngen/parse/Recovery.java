package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.parse.antlr.NngenParser;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;

/**
 * Recovers from syntax errors: the parser skips the faulty statement or item and resumes after it, so that each independent error is reported once.
 * Only a missing {@code ;} at the end of a line is inserted.
 */
final class Recovery extends DefaultErrorStrategy {

  /** Words that start an item if a name and a `(` or `{` follow. */
  private static final Set<String> ITEM_WORDS = Set.of("model", "fn", "loss", "layer", "init", "optimizer");

  private final SyntaxMessages messages;
  private final Diagnostics diagnostics;
  /** The tokens of statements with a reported error. */
  private final BitSet reported;
  private final List<Diagnostic> missingSemicolons = new ArrayList<>();
  private final int semicolons;
  private final List<Token> tokens;
  private final Braces braces;
  private final boolean holdsNoModel;
  /** The end of the skipped text between items; text directly after it belongs to the same error. */
  private int givenUp = -1;

  Recovery(TokenSpans places, List<Token> tokens, BitSet reported, Diagnostics diagnostics) {
    this.messages = new SyntaxMessages(places);
    this.tokens = tokens;
    this.braces = new Braces(tokens);
    this.holdsNoModel = SyntaxMessages.holdsNoModel(tokens);
    this.reported = reported;
    this.semicolons = (int) tokens.stream().filter(token -> token.getText().equals(";")).count();
    this.diagnostics = diagnostics;
  }

  @Override
  public void reportError(Parser parser, RecognitionException fault) {
    if (!inErrorRecoveryMode(parser)) {
      beginErrorCondition(parser);
      if (!reported.get(fault.getOffendingToken().getTokenIndex())) {
        diagnostics.report(messages.of(parser, fault));
      }
    }
  }

  /** Reports each `;` that is missing at the end of a line; if most are missing, only the first. */
  void reportMissingSemicolons() {
    boolean most = missingSemicolons.size() > 1 && missingSemicolons.size() > semicolons;
    missingSemicolons.stream().limit(most ? 1 : missingSemicolons.size())
        .map(missing -> most ? missing.help("every statement ends with `;`") : missing).forEach(diagnostics::report);
  }

  /** Recovers from an error; each rule calls this on exit, but only statements and items stop the unwinding. */
  @Override
  public void recover(Parser parser, RecognitionException fault) {
    switch (parser.getContext().getRuleIndex()) {
      case NngenParser.RULE_statement -> skipStatement(parser);
      case NngenParser.RULE_item -> skipItem(parser);
      case NngenParser.RULE_file -> skipAll(parser);
      default -> throw fault;
    }
    endErrorCondition(parser);
  }

  /** Inserts a `;` that is missing at the end of a line or block; reports any other error. */
  @Override
  public Token recoverInline(Parser parser) {
    InputMismatchException fault = new InputMismatchException(parser);
    boolean semicolon = SyntaxMessages.expected(parser, fault).equals(Set.of(";"));
    if (!semicolon || !startsLineOrEndsBlock(parser)) {
      throw fault;
    }
    if (!reported.get(parser.getCurrentToken().getTokenIndex())) {
      missingSemicolons.add(messages.of(parser, fault));
    }
    return parser.getTokenStream().LT(-1);
  }

  /** Skips tokens that cannot start a statement or item. */
  @Override
  public void sync(Parser parser) {
    int rule = parser.getContext().getRuleIndex();
    boolean block = rule == NngenParser.RULE_block && !parser.getContext().getText().isEmpty();
    if (!block && rule != NngenParser.RULE_file) {
      return;
    }
    while (block && isMisplaced(parser)) {
      diagnostics.report(messages.misplaced(parser));
      skipDefinition(parser);
    }
    while (!resumable(parser, block) || !block && isGivenUp(parser)) {
      if (block || !isGivenUp(parser)) {
        reportError(parser, new InputMismatchException(parser));
        endErrorCondition(parser);
      }
      if (!block && holdsNoModel) {
        reported.set(0, parser.getTokenStream().size());
      }
      if (block) {
        skipStatement(parser);
      } else {
        skipItem(parser);
      }
    }
  }

  /** Whether the following text belongs to the skipped text between items: statements do, until an item begins. */
  private boolean isGivenUp(Parser parser) {
    return parser.getCurrentToken().getTokenIndex() == givenUp && !atEnd(parser) && !startsItem(parser)
        && !parser.getCurrentToken().getText().equals("import");
  }

  private static boolean resumable(Parser parser, boolean block) {
    int next = parser.getTokenStream().LA(1);
    return next == Token.EOF || parser.getExpectedTokens().contains(next) || block && startsItem(parser);
  }

  /** Whether the tokens are a definition inside a block that is closed after it; if no brace closes the block, that brace is missing. */
  private boolean isMisplaced(Parser parser) {
    return startsItem(parser) && braces.areClosedBehind(parser.getCurrentToken());
  }

  /** Skips to the end of a definition, inclusive: a `}`, or a `;` outside of braces. */
  private static void skipDefinition(Parser parser) {
    int depth = 0;
    Token skipped;
    do {
      skipped = parser.consume();
      depth += Braces.change(skipped);
    } while (!atEnd(parser) && (depth > 0 || !skipped.getText().equals(";") && !skipped.getText().equals("}")));
  }

  private static boolean startsItem(Parser parser) {
    String behind = parser.getTokenStream().LT(3) == null ? "" : parser.getTokenStream().LT(3).getText();
    return ITEM_WORDS.contains(parser.getCurrentToken().getText()) && (behind.equals("(") || behind.equals("{"))
        && parser.getTokenStream().LT(2).getText().matches("\\w+");
  }

  private static boolean startsLineOrEndsBlock(Parser parser) {
    Token next = parser.getCurrentToken();
    return next.getType() == Token.EOF || next.getText().equals("}")
        || next.getLine() > parser.getTokenStream().LT(-1).getLine();
  }

  /**
   * Skips to the next `;`, inclusive, or to the end of the block. Braces that the statement opens and closes belong to it, with their contents; they
   * end it if nothing follows them on their line.
   */
  private void skipStatement(Parser parser) {
    while (!atEnd(parser) && !startsItem(parser) && !parser.getCurrentToken().getText().equals("}")) {
      boolean block = parser.getCurrentToken().getText().equals("{") && braces.areClosedBehind(parser.getCurrentToken());
      Token skipped = block ? skipBraces(parser) : parser.consume();
      if (StatementText.isEnd(tokens, skipped.getTokenIndex()) || block && startsLineOrEndsBlock(parser) && !parser.getCurrentToken().getText().equals("else")) {
        return;
      }
    }
  }

  /** Skips braces and their contents; returns the closing brace. */
  private static Token skipBraces(Parser parser) {
    int depth = 0;
    Token skipped;
    do {
      skipped = parser.consume();
      depth += Braces.change(skipped);
    } while (depth > 0 && !atEnd(parser));
    return skipped;
  }

  /** Skips to the next item. The error may be in the item's first words, so at least one token is skipped. */
  private void skipItem(Parser parser) {
    int depth = 0;
    while (!atEnd(parser) && !startsItem(parser)) {
      Token skipped = parser.consume();
      depth += Braces.change(skipped);
      if (depth <= 0 && (skipped.getText().equals(";") || skipped.getText().equals("}"))) {
        break;
      }
    }
    givenUp = parser.getCurrentToken().getTokenIndex();
  }

  private static void skipAll(Parser parser) {
    while (!atEnd(parser)) {
      parser.consume();
    }
  }

  private static boolean atEnd(Parser parser) {
    return parser.getCurrentToken().getType() == Token.EOF;
  }
}
