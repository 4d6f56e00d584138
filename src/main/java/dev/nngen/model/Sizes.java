package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Sizes: numbers that the compiler knows, positive and whole. */
final class Sizes {

  private final Session session;
  private final Set<SizeDecl> active = new HashSet<>();

  Sizes(Session session) {
    this.session = session;
  }

  /** The size that an expression is; empty where it is none, which is reported. */
  OptionalInt size(Expr expr, Frame frame) {
    int id = session.expressions.value(expr, frame);
    return id == Values.POISON ? OptionalInt.empty() : size(expr, id);
  }

  /** The sizes of a declaration; empty if one is none, and only the first such is reported. */
  Optional<List<Integer>> sizes(List<Expr> exprs, Frame frame) {
    List<Integer> sizes = new ArrayList<>();
    for (Expr expr : exprs) {
      Optional<Expr> like = like(expr, frame);
      if (like.isPresent()) {
        int value = session.expressions.value(like.get(), frame);
        if (value == Values.POISON) {
          return Optional.empty();
        }
        sizes.addAll(perSample(session.values.shape(value)));
        continue;
      }
      OptionalInt size = size(expr, frame);
      if (size.isEmpty()) {
        return Optional.empty();
      }
      sizes.add(size.getAsInt());
    }
    return Optional.of(sizes);
  }

  /** The value of whose sizes {@code shape(X)} stands for all. */
  private Optional<Expr> like(Expr expr, Frame frame) {
    boolean isShape = expr instanceof Expr.Call call && call.arguments().size() == 1
        && session.expressions.callee(call.callee().name(), frame).equals(Optional.of(Builtin.Operation.SHAPE));
    return isShape ? Optional.of(((Expr.Call) expr).arguments().get(0).value()) : Optional.empty();
  }

  /** The axes of a value without that of samples; of a column, one. */
  private static List<Integer> perSample(Shape shape) {
    List<Integer> axes = new ArrayList<>(shape.axes());
    boolean sampled = axes.remove((Integer) Dim.SAMPLES);
    return !sampled && !shape.isTensor() && (shape.rows().isOne() || shape.columns().isOne()) ? List.of((int) shape.entries()) : axes;
  }

  /** The value of a {@code size} statement inside a model or layer. */
  int declared(SizeDecl decl, Frame frame) {
    OptionalInt size = size(decl.value(), frame);
    return size.isPresent() ? session.values.number(size.getAsInt()) : Values.POISON;
  }

  /** The value of a {@code size} statement at the top of a file. */
  int ofFile(SizeDecl decl, Frame user) {
    Integer known = session.sizes.get(decl);
    if (known != null) {
      return known;
    }
    if (!active.add(decl)) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.RECURSION, decl.span(), "size `" + decl.name().name()
          + "` depends on itself"));
      return Values.POISON;
    }
    int value = declared(decl, Frame.of(user.file, Frame.Code.MATRIX, user.rows));
    active.remove(decl);
    session.sizes.put(decl, value);
    return value;
  }

  /** The same of an expression that is typed already. */
  OptionalInt size(Expr expr, int id) {
    Optional<Rational> number = session.values.constant(id);
    if (number.isEmpty()) {
      Diagnostic fault = Diagnostic.of(ErrorCode.NUMBER_WANTED, expr.span(),
          "a size must be known at compile time, and `" + Report.excerpt(expr.span()) + "` is not");
      boolean batch = session.values.get(id).op() == Op.Quantity.BATCH;
      session.report.error(batch ? fault.help("`m`, the number of samples, is an input's last dimension by itself: `input X[4];` is 4 x m")
          : fault.help("write a number, or a name for it: `size n = 4;`"));
      return OptionalInt.empty();
    }
    boolean fits = number.get().isSmallInteger(Integer.MAX_VALUE) && number.get().signum() > 0;
    if (!fits) {
      Diagnostic fault = Diagnostic.of(ErrorCode.INVALID_SIZE, expr.span(),
          "a size must be a whole number from 1 to " + Integer.MAX_VALUE + ", not " + number.get());
      boolean divides = !number.get().isInteger() && number.get().signum() > 0 && expr instanceof Expr.Binary binary && binary.op() == Expr.BinaryOp.DIVIDE;
      session.report.error(divides ? fault.help("sizes must divide exactly; `floor(" + Report.excerpt(expr.span()) + ")` rounds down") : fault);
      return OptionalInt.empty();
    }
    return OptionalInt.of(number.get().intValueExact());
  }
}
