package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Interval;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;

/** Converts written intervals, {@code (0, inf)}, to sets of reals. */
final class WrittenIntervals {

  private final Session session;

  WrittenIntervals(Session session) {
    this.session = session;
  }

  /** Returns the interval; empty after a reported error if an end is not a number or the interval is empty. */
  Optional<Interval> of(Statement.Interval written, Frame frame) {
    OptionalDouble low = end(written.low(), frame);
    OptionalDouble high = end(written.high(), frame);
    if (low.isEmpty() || high.isEmpty()) {
      return Optional.empty();
    }
    double a = low.getAsDouble();
    double b = high.getAsDouble();
    if (a > b || a == b && (written.lowOpen() || written.highOpen())) {
      session.report.error(ErrorCode.INVALID_FACT, written.span(), "this interval is empty");
      return Optional.empty();
    }
    return Optional.of(new Interval(a, written.lowOpen() || Double.isInfinite(a), b, written.highOpen()
        || Double.isInfinite(b)));
  }

  /** Returns a double in its usual notation. */
  static String text(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  private OptionalDouble end(Expr end, Frame frame) {
    if (isInfinity(end)) {
      return OptionalDouble.of(Double.POSITIVE_INFINITY);
    }
    if (end instanceof Expr.Unary minus && minus.op() == Expr.UnaryOp.NEGATE && isInfinity(minus.operand())) {
      return OptionalDouble.of(Double.NEGATIVE_INFINITY);
    }
    int id = session.expressions.value(end, frame);
    OptionalDouble number = id == Values.POISON ? OptionalDouble.empty() : session.draws.number(id);
    if (id != Values.POISON && number.isEmpty()) {
      session.report.error(ErrorCode.NOT_A_CONSTANT, end.span(), "the end of an interval must be known at compile time");
    }
    return number;
  }

  private static boolean isInfinity(Expr expr) {
    return expr instanceof Expr.Name name && name.name().equals("inf");
  }
}
