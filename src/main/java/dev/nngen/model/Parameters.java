package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Types {@code param} statements, in the model and in layers: shapes as stored, and initial entries. */
final class Parameters {

  /** Initializer of a matrix without {@code =}, a function of the library. */
  private static final String DEFAULT_INIT = "glorot";

  /** A parameter whose name may still change, because {@link Naming} names those of layers. */
  record Declared(CallSite.Local local, ParamDecl decl, Shape shape, boolean matrix, Initial initial) {}

  private final Session session;

  Parameters(Session session) {
    this.session = session;
  }

  /** Declares the parameter and returns its value in the frame's orientation; poison after a reported error. */
  int declare(ParamDecl decl, CallSite.Local local, Frame frame) {
    return declare(decl, local, frame, declared -> {
      session.parameters.add(declared);
      return new Op.Param(session.parameters.size() - 1);
    });
  }

  /**
   * Declares a value that is stored like a parameter.
   *
   * @param store keeps the declaration and returns its operation
   */
  int declare(ParamDecl decl, CallSite.Local local, Frame frame, Function<Declared, Op> store) {
    Optional<Shape> shape = shape(decl, frame);
    if (shape.isEmpty() || session.operators.isTooLarge(shape.get(), decl.name().span())) {
      return Values.POISON;
    }
    Optional<Initial> initial = initial(decl, shape.get(), frame);
    if (initial.isEmpty()) {
      return Values.POISON;
    }
    boolean stored = frame.rows == session.rows;
    boolean tensor = shape.get().isTensor();
    Shape asStored = stored ? shape.get() : tensor ? Shape.of(shape.get().axes(), session.rows) : shape.get().transposed();
    int leaf = session.values.add(store.apply(new Declared(local, decl, asStored, decl.sizes().size() >= 2, initial.get())), asStored);
    List<Integer> axes = IntStream.range(0, asStored.axes().size()).boxed().toList();
    return stored ? leaf : tensor ? session.values.add(new Op.Align(axes), shape.get(), leaf) : session.values.transpose(leaf);
  }

  /** Returns the shape in the frame's orientation; empty after a reported error. */
  Optional<Shape> shape(ParamDecl decl, Frame frame) {
    Optional<List<Size>> all = session.sizing.sizes(decl.sizes(), frame);
    if (all.isEmpty() || isUnknown(decl, all.get())) {
      return Optional.empty();
    }
    List<Size> sizes = all.get();
    return switch (sizes.size()) {
      case 0 -> Optional.of(Shape.SCALAR);
      case 1 -> Optional.of(frame.rows ? Shape.of(Size.ONE, sizes.get(0)) : Shape.of(sizes.get(0), Size.ONE));
      case 2 -> Optional.of(Shape.of(sizes.get(0), sizes.get(1)));
      default -> Optional.of(Shape.of(sizes, frame.rows));
    };
  }

  /** Whether a size is known only at run time; this is reported, because a stored value has one shape. */
  private boolean isUnknown(ParamDecl decl, List<Size> sizes) {
    Optional<Size> unknown = sizes.stream().filter(size -> !size.isKnown()).findFirst();
    unknown.ifPresent(size -> session.report.error(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, decl.name().span(), "`" + decl.name().name() + "` has the size `" + size
        + "`, which is known only at run time").help("a stored value has one shape for all data: give it numbers, and let data have `" + size + "` entries")));
    return unknown.isPresent();
  }

  private Optional<Initial> initial(ParamDecl decl, Shape shape, Frame frame) {
    if (decl.initial().isEmpty() && decl.sizes().size() < 2) {
      return Optional.of(Initial.constant(0));
    }
    Expr written = decl.initial().orElseGet(() -> new Expr.Name(DEFAULT_INIT, decl.name().span()));
    Frame scalars = frame.as(Frame.Code.INIT).with(fan(decl, shape, frame));
    session.assuming(false);
    int id = session.expressions.value(asCall(written, scalars), scalars);
    session.assuming(true);
    return id == Values.POISON ? Optional.empty() : reduced(decl, written, id);
  }

  private Optional<Initial> reduced(ParamDecl decl, Expr written, int id) {
    Optional<Initial> initial = session.draws.initial(id);
    if (initial.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_INIT, written.span(),
          "the start of `" + decl.name().name() + "` must be a number or one draw, shifted and scaled"));
    } else if (!Double.isFinite(initial.get().center()) || !Double.isFinite(initial.get().scale())) {
      session.report.error(ErrorCode.INVALID_INIT, written.span(), "the start of `" + decl.name().name()
          + "` is not finite");
      return Optional.empty();
    }
    return initial;
  }

  /** Converts {@code glorot} to {@code glorot()}. */
  private Expr asCall(Expr written, Frame frame) {
    boolean names = written instanceof Expr.Name name && !(frame.bindings.get(name.name()) instanceof Binding.Bound)
        && session.expressions.callee(name.name(), frame).isPresent();
    return names ? new Expr.Call((Expr.Name) written, List.of(), written.span()) : written;
  }

  /**
   * Returns the numbers of values that enter and leave: the columns and rows of W in W * X; of a tensor, the product of its other sizes and its first
   * one; of a vector or scalar, its length.
   */
  private static Frame.Fan fan(ParamDecl decl, Shape shape, Frame frame) {
    int rows = shape.rows().size();
    int columns = shape.columns().size();
    if (decl.sizes().size() < 2) {
      return new Frame.Fan(rows * columns, rows * columns);
    }
    if (shape.isTensor()) {
      int out = shape.axes().get(0).number();
      return new Frame.Fan((int) (shape.entries() / out), out);
    }
    return frame.rows ? new Frame.Fan(rows, columns) : new Frame.Fan(columns, rows);
  }
}
