package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads sizes: positive integers, and names of sizes known only at run time. */
final class Sizes {

  private final Session session;
  private final Set<SizeDecl> active = new HashSet<>();

  Sizes(Session session) {
    this.session = session;
  }

  /** Returns the size that an expression is; empty after a reported error. */
  Optional<Size> size(Expr expr, Frame frame) {
    int id = session.expressions.value(expr, frame);
    if (id == Values.POISON) {
      return Optional.empty();
    }
    Optional<Offset> open = session.values.constant(id).isPresent() ? Optional.empty() : open(expr, frame);
    if (open.isPresent()) {
      return namedSize(expr, open.get());
    }
    OptionalInt number = number(expr, id);
    return number.isEmpty() ? Optional.empty() : Optional.of(Size.of(number.getAsInt()));
  }

  /** Returns the number of values of an index, which may be that of samples. */
  Optional<Size> range(Expr expr, Frame frame) {
    int id = session.expressions.value(expr, frame);
    boolean isSamples = id != Values.POISON && session.values.get(id).op() instanceof Op.Count count && count.size().isSamples();
    return isSamples ? Optional.of(Size.SAMPLES) : size(expr, frame);
  }

  /** Returns an expression of sizes known only at run time; empty for others. */
  private Optional<Offset> open(Expr expr, Frame frame) {
    return new IndexForm.Reader(session, new IndexScope(frame, Map.of(), List.of()), Optional.empty()).read(expr)
        .filter(form -> form.isConstant() && form.divisor() == 1 && !form.constant().isNumber()).map(IndexForm::constant);
  }

  /** Returns the size that such an expression is; empty after a reported error if it is not a named size. */
  private Optional<Size> namedSize(Expr expr, Offset value) {
    Optional<Size> size = session.runtime().stream().filter(known -> known.offset().equals(value)).findFirst();
    if (size.isEmpty() && !value.multiples().containsKey(Extent.BATCH)) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, expr.span(), "a size known only at run time must be used by itself, but `" + FaultReport.excerpt(expr.span()) + "` is " + value)
          .help("read zeros outside, so that an axis keeps its size: `pad(..)`, or a padding that fits"));
      return size;
    }
    return size.or(() -> {
      number(expr, session.values.add(new Op.Count(Size.SAMPLES), Shape.SCALAR));
      return Optional.empty();
    });
  }

  /** Returns the size that an expression is, which must be known at compile time; empty after a reported error. */
  OptionalInt number(Expr expr, Frame frame) {
    int id = session.expressions.value(expr, frame);
    return id == Values.POISON ? OptionalInt.empty() : number(expr, id);
  }

  /** Returns a size as a value. */
  int value(Size size) {
    return size.isKnown() ? session.values.number(size.number()) : session.values.add(new Op.Count(size), Shape.SCALAR);
  }

  /** Returns the product of sizes as a value. */
  int count(List<Size> sizes) {
    long known = sizes.stream().filter(Size::isKnown).mapToLong(Size::number).reduce(1, (a, b) -> a * b);
    List<Size> others = sizes.stream().filter(size -> !size.isKnown()).toList();
    int product = known == 1 && !others.isEmpty() ? value(others.get(0)) : session.values.number(known);
    for (Size size : known == 1 && !others.isEmpty() ? others.subList(1, others.size()) : others) {
      product = session.values.add(Op.Operator.MULTIPLY, Shape.SCALAR, product, value(size));
    }
    return product;
  }

  /** Returns the sizes of a declaration; empty after the first error, which is reported. */
  Optional<List<Size>> sizes(List<Expr> exprs, Frame frame) {
    List<Size> sizes = new ArrayList<>();
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
      Optional<Size> size = size(expr, frame);
      if (size.isEmpty()) {
        return Optional.empty();
      }
      sizes.add(size.get());
    }
    return Optional.of(sizes);
  }

  /** Returns the value X of {@code shape(X)}. */
  private Optional<Expr> like(Expr expr, Frame frame) {
    boolean isShape = expr instanceof Expr.Call call && call.arguments().size() == 1
        && session.expressions.callee(call.callee().name(), frame).equals(Optional.of(Builtin.Operation.SHAPE));
    return isShape ? Optional.of(((Expr.Call) expr).arguments().get(0).value()) : Optional.empty();
  }

  /** Returns the axes of a value except that of samples; one for a column. */
  private static List<Size> perSample(Shape shape) {
    List<Size> axes = new ArrayList<>(shape.axes());
    boolean sampled = axes.remove(Size.SAMPLES);
    return sampled || shape.isTensor() ? axes : shape.columns().isOne() ? shape.rows().sizes() : shape.rows().isOne() ? shape.columns().sizes() : axes;
  }

  /** Returns the value of a {@code size} statement inside a model or layer. */
  int declared(SizeDecl decl, Frame frame) {
    Optional<Size> size = decl.value().isPresent() ? size(decl.value().get(), frame) : Optional.of(session.runtime(decl));
    return size.map(this::value).orElse(Values.POISON);
  }

  /** Returns the value of a {@code size} statement at the top of a file. */
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

  /** Returns the size that a typed expression is; see {@link #number(Expr, Frame)}. */
  OptionalInt number(Expr expr, int id) {
    Optional<Rational> number = session.values.constant(id);
    if (number.isEmpty()) {
      Diagnostic fault = Diagnostic.of(ErrorCode.NOT_A_CONSTANT, expr.span(),
          "a size must be known at compile time, and `" + FaultReport.excerpt(expr.span()) + "` is not");
      boolean batch = session.values.get(id).op() instanceof Op.Count count && count.size().isSamples();
      session.report.error(batch ? fault.help("`m`, the number of samples, is an input's " + (session.rows ? "first" : "last") + " dimension by itself: `input X[4];` is "
          + (session.rows ? "m x 4" : "4 x m"))
          : fault.help("write a number, or a name for it: `size n = 4;`"));
      return OptionalInt.empty();
    }
    boolean fits = number.get().isSmallInteger(Integer.MAX_VALUE) && number.get().signum() > 0;
    if (!fits) {
      Diagnostic fault = Diagnostic.of(ErrorCode.INVALID_SIZE, expr.span(),
          "a size must be an integer from 1 to " + Integer.MAX_VALUE + ", not " + number.get());
      boolean divides = !number.get().isInteger() && number.get().signum() > 0 && expr instanceof Expr.Binary binary && binary.op() == Expr.BinaryOp.DIVIDE;
      session.report.error(divides ? fault.help("sizes must divide exactly; `floor(" + FaultReport.excerpt(expr.span()) + ")` rounds down") : fault);
      return OptionalInt.empty();
    }
    return OptionalInt.of(number.get().intValueExact());
  }
}
