package dev.nngen.format;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;
import dev.nngen.parse.Lexemes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Formats a model file: indentation, spaces between words, blank lines and the column of comments. Line breaks, words and comments do not change, so
 * that the meaning of a text does not change, and formatting is idempotent.
 */
public final class Formatter {

  private static final String CONTINUATION = "    ";

  private final Source source;
  private final List<Lexeme> lexemes;
  private final BlockLayout blocks;
  private final LineBuffer lines = new LineBuffer();
  /** The enclosing braces, innermost first. */
  private final Deque<Lexeme> open = new ArrayDeque<>();
  /** The last lexeme other than a comment. */
  private Optional<Lexeme> before = Optional.empty();

  private Formatter(Source source, List<Lexeme> lexemes) {
    this.source = source;
    this.lexemes = lexemes;
    this.blocks = new BlockLayout(lexemes);
  }

  /**
   * Formats a text, with the line breaks (LF or CR LF) of its first line.
   *
   * @param diagnostics receives every syntax error
   * @return the formatted text; empty if the text has a syntax error
   */
  public static Optional<String> format(Source source, Diagnostics diagnostics) {
    Diagnostics faults = new Diagnostics();
    List<Lexeme> lexemes = Lexemes.of(source, faults);
    diagnostics.reportAll(faults);
    return faults.hasErrors() ? Optional.empty() : Optional.of(new Formatter(source, lexemes).format());
  }

  private String format() {
    for (int k = 0; k < lexemes.size(); k++) {
      Lexeme lexeme = lexemes.get(k);
      if (lexeme.role() == Role.CLOSING_BRACE) {
        open.pop();
      }
      place(k, lexeme);
      if (lexeme.role() == Role.OPENING_BRACE) {
        open.push(lexeme);
      }
      before = lexeme.role() == Role.COMMENT ? before : Optional.of(lexeme);
    }
    boolean windows = source.text().indexOf("\r\n") >= 0 && source.text().indexOf("\r\n") == source.text().indexOf('\n') - 1;
    return lines.text(windows ? "\r\n" : "\n");
  }

  private void place(int k, Lexeme lexeme) {
    int breaks = k == 0 ? 0 : LineBuffer.breaks(source.text().substring(lexemes.get(k - 1).span().end(), lexeme.span().start()));
    if (k > 0 && (breaks > 0 || breaksBefore(k, lexeme))) {
      lines.next(breaks > 1 && lexemes.get(k - 1).role() != Role.OPENING_BRACE && lexeme.role() != Role.CLOSING_BRACE);
      lines.indent("  ".repeat(open.size()) + (isStart() || lexeme.role() == Role.CLOSING_BRACE ? "" : CONTINUATION));
    } else if (k > 0 && Spacing.isSpaced(lexemes.get(k - 1), lexeme)) {
      lines.add(" ");
    }
    if (isStart() && !lexeme.isLineComment() && lexeme.role() != Role.CLOSING_BRACE && open.stream().limit(1).anyMatch(blocks::isTall)) {
      lines.column();
    }
    if (lexeme.isLineComment()) {
      lines.comment(lexeme.text().stripTrailing());
    } else {
      lines.add(lexeme.text());
    }
  }

  /** True if a line ends before a lexeme, independently of line breaks in the text. */
  private boolean breaksBefore(int k, Lexeme lexeme) {
    if (lexemes.get(k - 1).isLineComment()) {
      return true;
    } else if (lexeme.role() == Role.CLOSING_BRACE) {
      return blocks.isTall(lexeme);
    }
    return lexeme.role() != Role.COMMENT && before.isPresent() && switch (before.get().role()) {
      case OPENING_BRACE -> blocks.isTall(before.get());
      case CLOSING_BRACE -> open.isEmpty() || blocks.isTall(before.get()) || blocks.isExploded(before.get());
      case SEMICOLON -> blocks.isExploded(before.get());
      default -> false;
    };
  }

  /** True if a statement or an item begins here. */
  private boolean isStart() {
    return before.map(last -> last.role() == Role.SEMICOLON || last.role() == Role.OPENING_BRACE || last.role() == Role.CLOSING_BRACE).orElse(true);
  }
}
