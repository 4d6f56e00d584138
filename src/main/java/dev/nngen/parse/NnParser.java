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

/** Reads a file of the language. */
public final class NnParser {

  private NnParser() {}

  /**
   * Parses a text. Never throws for what the text holds: every fault is reported, and what follows it is read on.
   *
   * @param source the text
   * @param diagnostics receives every syntax error; a caller that finds one should not go on to the model
   * @return all items and statements that are well formed
   */
  public static SourceFile parse(Source source, Diagnostics diagnostics) {
    if (!Limits.admits(source, diagnostics)) {
      return new SourceFile(source, List.of());
    }
    Places places = new Places(source);
    return tree(tokens(source), places, diagnostics).map(new TreeBuilder(source, places)::file).orElse(new SourceFile(source, List.of()));
  }

  /** ANTLR's tree of all tokens of a text; empty if they are beyond the limits, which is reported like every other fault. */
  static Optional<NngenParser.FileContext> tree(CommonTokenStream tokens, Places places, Diagnostics diagnostics) {
    if (!Limits.admits(tokens.getTokens(), places, diagnostics)) {
      return Optional.empty();
    }
    BitSet reported = StrayText.report(tokens.getTokens(), places, diagnostics);
    tokens.seek(0);
    return Optional.of(tree(tokens, new Recovery(places, tokens.getTokens(), reported, diagnostics)));
  }

  /** The statement around an offset of a text, faulty or not, with its semicolon. */
  public static Span statement(Source source, int offset) {
    return StatementText.around(source, offset);
  }

  /** Whether a text is a statement, or several, or an item, without any fault of syntax. */
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

  /** The quick prediction mode reads every well-formed file that the full one does not need; the full one explains faults. */
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
