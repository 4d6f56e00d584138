package dev.nngen.parse;

import dev.nngen.diag.Span;

/** A word, a sign or a comment of a text, and its role in the grammar. */
public record Lexeme(Role role, Span span) {

  /** Roles that formatting and highlighting distinguish. */
  public enum Role {
    /** {@code model}, {@code param} and others, unless they are names. */
    KEYWORD,
    NAME,
    /** A name that is called. */
    CALLEE,
    /** The word of a reduction such as {@code sum[k]}. */
    REDUCTION,
    NUMBER,
    STRING,
    /** A binary operator, or {@code =}. */
    OPERATOR,
    /** A product or quotient in a subscript, {@code X[2*y + i]}, or of a fraction, {@code 1/2}. */
    TIGHT_OPERATOR,
    POWER,
    /** A unary operator. */
    SIGN,
    /** A transpose. */
    QUOTE,
    /** A bracket attached to the previous token: of arguments, sizes, subscripts or indices. */
    ATTACHED_BRACKET,
    OPENING_BRACKET,
    CLOSING_BRACKET,
    OPENING_BRACE,
    CLOSING_BRACE,
    COMMA,
    SEMICOLON,
    /** After an index, before its size. */
    COLON,
    /** After indices, before their condition. */
    CONDITION,
    /** A whole axis among subscripts. */
    SLICE,
    COMMENT,
    /** Text that is not part of the language. */
    STRAY
  }

  /** Returns the text as written. */
  public String text() {
    return span.text();
  }

  /** Whether it is a comment that ends with its line. */
  public boolean isLineComment() {
    return role == Role.COMMENT && text().startsWith("//");
  }
}
