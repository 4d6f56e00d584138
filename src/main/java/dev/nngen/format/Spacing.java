package dev.nngen.format;

import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;

/** Decides which neighbors on a line are separated by a space. */
final class Spacing {

  private Spacing() {}

  static boolean isSpaced(Lexeme left, Lexeme right) {
    return !joinsNext(left.role()) && !joinsPrevious(right.role()) && !isEmptyBlock(left, right);
  }

  private static boolean isEmptyBlock(Lexeme left, Lexeme right) {
    return left.role() == Role.OPENING_BRACE && right.role() == Role.CLOSING_BRACE;
  }

  private static boolean joinsNext(Role role) {
    return switch (role) {
      case ATTACHED_BRACKET, OPENING_BRACKET, SIGN, POWER, TIGHT_OPERATOR -> true;
      default -> false;
    };
  }

  private static boolean joinsPrevious(Role role) {
    return switch (role) {
      case ATTACHED_BRACKET, CLOSING_BRACKET, POWER, TIGHT_OPERATOR, QUOTE, COMMA, SEMICOLON, COLON -> true;
      default -> false;
    };
  }
}
