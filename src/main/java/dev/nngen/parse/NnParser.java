package dev.nngen.parse;

import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.parse.antlr.NngenLexer;
import dev.nngen.parse.antlr.NngenParser;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/** Parses a file of the language. */
public final class NnParser {

  private NnParser() {}

  /**
   * Parses a text. Never throws for errors in the text: each is reported, and parsing continues after it.
   *
   * @param source the text
   * @param diagnostics receives every syntax error; after an error, do not pass the result to the model stage
   * @return all items and statements without syntax errors
   */
  public static SourceFile parse(Source source, Diagnostics diagnostics) {
    if (!Limits.admits(source, diagnostics)) {
      return new SourceFile(source, List.of());
    }
    TokenSpans places = new TokenSpans(source);
    return tree(tokens(source), places, diagnostics).map(new TreeBuilder(source, places)::file).orElse(new SourceFile(source, List.of()));
  }

  /** Returns ANTLR's tree of all tokens of a text; empty if they exceed the limits, which is reported like any other error. */
  static Optional<NngenParser.FileContext> tree(CommonTokenStream tokens, TokenSpans places, Diagnostics diagnostics) {
    if (!Limits.admits(tokens.getTokens(), places, diagnostics)) {
      return Optional.empty();
    }
    BitSet reported = StrayText.report(tokens.getTokens(), places, diagnostics);
    tokens.seek(0);
    return Optional.of(tree(tokens, new Recovery(places, tokens.getTokens(), reported, diagnostics)));
  }

  /** Returns the statement around an offset of a text, faulty or not, with its semicolon. */
  public static Span statement(Source source, int offset) {
    return StatementText.around(source, offset);
  }

  /** Whether a text is one or more statements, or an item, without a syntax error. */
  static boolean isSound(String statement) {
    return isSoundFile(statement) || isSoundFile("model M { " + statement + " }");
  }

  private static boolean isSoundFile(String text) {
    CommonTokenStream tokens = tokens(new Source("", text));
    if (tokens.getTokens().stream().anyMatch(token -> token.getType() != Token.EOF && token.getChannel() == Token.HIDDEN_CHANNEL)) {
      return false;
    }
    try {
      quick(tokens).file();
      return true;
    } catch (ParseCancellationException fault) {
      return false;
    }
  }

  static CommonTokenStream tokens(Source source) {
    NngenLexer lexer = new NngenLexer(CharStreams.fromString(source.text(), source.name()));
    lexer.removeErrorListeners();
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    tokens.fill();
    return tokens;
  }

  /** Parses in the quick prediction mode, which accepts every valid file that does not need the full one; the full one explains errors. */
  private static NngenParser.FileContext tree(CommonTokenStream tokens, Recovery recovery) {
    NngenParser parser = quick(tokens);
    try {
      return parser.file();
    } catch (ParseCancellationException fault) {
      tokens.seek(0);
      parser.reset();
      parser.getInterpreter().setPredictionMode(PredictionMode.LL);
      parser.setErrorHandler(recovery);
      NngenParser.FileContext file = parser.file();
      recovery.reportMissingSemicolons();
      return file;
    }
  }

  private static NngenParser quick(CommonTokenStream tokens) {
    NngenParser parser = new NngenParser(tokens);
    parser.removeErrorListeners();
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    parser.setErrorHandler(new BailErrorStrategy());
    return parser;
  }
}
