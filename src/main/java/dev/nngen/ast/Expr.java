package dev.nngen.ast;

import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/** An expression as it was written. */
public sealed interface Expr {

  Span span();

  /** A decimal literal, kept as text so that its value stays exact. */
  record Literal(String text, Span span) implements Expr {}

  record Name(String name, Span span) implements Expr {}

  /** {@code -a} or {@code !a}. */
  record Unary(UnaryOp op, Expr operand, Span span) implements Expr {}

  record Binary(BinaryOp op, Expr left, Expr right, Span span) implements Expr {}

  /** {@code a'}. */
  record Transpose(Expr operand, Span span) implements Expr {}

  /** {@code f(a, name = b)}; {@code callee} is a plain name. {@code x |> f(a)} is a {@link Pipe}. */
  record Call(Name callee, List<Argument> arguments, Span span) implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code value |> call}: the value becomes the call's first argument. The call has no argument list for {@code x |> relu}. */
  record Pipe(Expr value, Call call, Span span) implements Expr {}

  /** {@code X[i, 2*y + j]}: an entry or a slice of a value. */
  record Subscript(Expr operand, List<Expr> subscripts, Span span) implements Expr {
    public Subscript {
      subscripts = List.copyOf(subscripts);
    }
  }

  /** {@code [1, 2; 3, 4]}: rows of numbers. The grammar permits rows of different lengths. */
  record Matrix(List<List<Expr>> rows, Span span) implements Expr {
    public Matrix {
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /** {@code :} among subscripts: a whole axis. */
  record Slice(Span span) implements Expr {}

  /** {@code sum[i, j: 4 : i <= j] E}; the word is {@code sum}, {@code max}, {@code min} or {@code mean}. */
  record Reduction(Name word, List<Index> indices, Optional<Expr> condition, Expr body, Span span) implements Expr {
    public Reduction {
      indices = List.copyOf(indices);
    }
  }

  /** An index that an equation or a reduction binds, with its range where that is written. */
  record Index(Name name, Optional<Expr> size) {}

  /** An argument of a call, by position or by name. */
  record Argument(Optional<Name> name, Expr value) {}

  enum UnaryOp {
    NEGATE("-"), NOT("!");

    public final String symbol;

    UnaryOp(String symbol) {
      this.symbol = symbol;
    }
  }

  /** Operators by the symbol they are written with; precedence is the grammar's. */
  enum BinaryOp {
    ADD("+"), SUBTRACT("-"), MULTIPLY("*"), DIVIDE("/"), POWER("^"),
    ENTRYWISE_MULTIPLY(".*"), ENTRYWISE_DIVIDE("./"), ENTRYWISE_POWER(".^"),
    LESS("<"), AT_MOST("<="), GREATER(">"), AT_LEAST(">="), EQUAL("=="), NOT_EQUAL("!="),
    AND("&&"), OR("||");

    public final String symbol;

    BinaryOp(String symbol) {
      this.symbol = symbol;
    }
  }
}
