package dev.nngen.format;

import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which blocks take several lines: those that do in the text, blocks of models, and blocks too long for one line. If a block was on one line
 * and takes several now, each statement gets a line.
 */
final class BlockLayout {

  private static final int WIDTH = 100;

  private final Set<Lexeme> tall = new HashSet<>();
  private final Set<Lexeme> exploded = new HashSet<>();

  BlockLayout(List<Lexeme> lexemes) {
    Deque<Integer> open = new ArrayDeque<>();
    for (int k = 0; k < lexemes.size(); k++) {
      if (lexemes.get(k).role() == Role.OPENING_BRACE) {
        open.push(k);
      } else if (lexemes.get(k).role() == Role.CLOSING_BRACE) {
        block(lexemes, open.pop(), k, open.size());
      }
    }
  }

  /** True if the block of a brace takes several lines. */
  boolean isTall(Lexeme brace) {
    return tall.contains(brace);
  }

  /** True if a line ends after the semicolon or brace at the end of a statement. */
  boolean isExploded(Lexeme end) {
    return exploded.contains(end);
  }

  private void block(List<Lexeme> lexemes, int from, int to, int depth) {
    Lexeme open = lexemes.get(from);
    boolean inOneLine = LineBuffer.breaks(open.span().to(lexemes.get(to).span()).text()) == 0;
    int start = start(lexemes, from);
    boolean explodes = inOneLine && (lexemes.get(start).text().equals("model") || width(lexemes, start, to) > WIDTH - 2 * depth);
    if (!inOneLine || explodes) {
      tall.add(open);
      tall.add(lexemes.get(to));
    }
    if (explodes) {
      int inner = 0;
      for (Lexeme lexeme : lexemes.subList(from + 1, to)) {
        inner += lexeme.role() == Role.OPENING_BRACE ? 1 : lexeme.role() == Role.CLOSING_BRACE ? -1 : 0;
        if (inner == 0 && (lexeme.role() == Role.SEMICOLON || lexeme.role() == Role.CLOSING_BRACE)) {
          exploded.add(lexeme);
        }
      }
    }
  }

  /** Returns the index of the first lexeme of the statement to which a brace belongs. */
  private static int start(List<Lexeme> lexemes, int brace) {
    int start = brace;
    while (start > 0 && switch (lexemes.get(start - 1).role()) {
      case SEMICOLON, OPENING_BRACE, CLOSING_BRACE, COMMENT -> false;
      default -> true;
    }) {
      start--;
    }
    return start;
  }

  /** Returns the width of the lexemes on one line. */
  private static int width(List<Lexeme> lexemes, int from, int to) {
    int width = lexemes.get(from).text().length();
    for (int k = from + 1; k <= to; k++) {
      width += lexemes.get(k).text().length() + (Spacing.isSpaced(lexemes.get(k - 1), lexemes.get(k)) ? 1 : 0);
    }
    return width;
  }
}
