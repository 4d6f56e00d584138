package dev.nngen.ast;

import dev.nngen.ast.Expr.Argument;
import dev.nngen.ast.Expr.Binary;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.ast.Expr.Call;
import dev.nngen.ast.Expr.Index;
import dev.nngen.ast.Expr.Literal;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Expr.Pipe;
import dev.nngen.ast.Expr.Reduction;
import dev.nngen.ast.Expr.Slice;
import dev.nngen.ast.Expr.Subscript;
import dev.nngen.ast.Expr.Transpose;
import dev.nngen.ast.Expr.Unary;
import dev.nngen.ast.Expr.UnaryOp;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Draws expressions of every kind, in every nesting. */
final class RandomExpr {

  private static final Span NOWHERE = new Span(new Source("random", ""), 0, 0);
  private static final List<String> NAMES = List.of("x", "W_1", "loss", "input", "where", "m", "prove", "e1");
  private static final List<String> NUMBERS = List.of("0", "1", "2.5", ".5", "1e-3", "3E+2");

  private final Random random;

  RandomExpr(long seed) {
    this.random = new Random(seed);
  }

  Expr next(int depth) {
    if (depth == 0) {
      return random.nextBoolean() ? name() : new Literal(any(NUMBERS), NOWHERE);
    }
    return switch (random.nextInt(10)) {
      case 0 -> new Unary(any(List.of(UnaryOp.values())), next(depth - 1), NOWHERE);
      case 1 -> new Transpose(next(depth - 1), NOWHERE);
      case 2 -> call(depth);
      case 3 -> new Pipe(next(depth - 1), call(depth), NOWHERE);
      case 4 -> new Reduction(new Name(any(List.of("sum", "max", "min", "mean")), NOWHERE), List.of(index(), index()), Optional.empty(), next(depth - 1), NOWHERE);
      case 5 -> new Subscript(next(depth - 1), List.of(next(random.nextInt(depth)), new Slice(NOWHERE)), NOWHERE);
      default -> new Binary(any(List.of(BinaryOp.values())), next(random.nextInt(depth)), next(depth - 1), NOWHERE);
    };
  }

  private Call call(int depth) {
    return new Call(name(), Stream.generate(() -> argument(depth)).limit(random.nextInt(3)).toList(), NOWHERE);
  }

  private Argument argument(int depth) {
    return new Argument(random.nextBoolean() ? Optional.of(name()) : Optional.empty(), next(random.nextInt(depth)));
  }

  private Index index() {
    return new Index(name(), random.nextBoolean() ? Optional.of(new Literal(any(NUMBERS), NOWHERE)) : Optional.empty());
  }

  private Name name() {
    return new Name(any(NAMES), NOWHERE);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
