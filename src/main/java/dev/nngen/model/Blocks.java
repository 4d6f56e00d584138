package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.Over;
import dev.nngen.ast.Statement.Start;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Types blocks {@code over t { .. }}, and {@code prev(H)} and {@code next(H)} in them. */
final class Blocks {

  private final Session session;
  private boolean defining;
  private boolean refused;

  Blocks(Session session) {
    this.session = session;
  }

  /**
   * Types a block. After it, its names are the values at all indices.
   *
   * @param define types a definition among the names of a frame, binds its names there and returns them
   */
  void type(Over over, Frame frame, BiFunction<Statement, Frame, List<CallSite.Local>> define) {
    Optional<Size> extent = Declarations.isIndexName(over.index().name(), session.report) ? extent(over, frame) : Optional.empty();
    if (extent.isEmpty()) {
      Declarations.names(over).forEach(name -> frame.bind(name.name(), Values.POISON, name.span()));
      return;
    }
    Block block = session.block(over.index().name(), extent.get());
    Frame inside = frame.inside(block);
    Map<String, Binding> before = new LinkedHashMap<>(inside.bindings);
    int counter = session.values.add(new Op.Counter(), IndexTerm.shape(List.of(block.index)));
    inside.bind(over.index().name().name(), session.slice(counter, block, Shape.SCALAR, List.of(-1)), over.index().name().span());
    over.body().forEach(statement -> statement(statement, block, inside, define));
    block.carried.values().forEach(carried -> conclude(carried, over));
    inside.bindings.forEach((name, binding) -> {
      boolean own = !binding.equals(before.get(name)) && !name.equals(over.index().name().name());
      if (own && binding instanceof Binding.Bound bound) {
        frame.bind(name, new Binding.Bound(session.outside(bound.value(), block, frame.rows), bound.declared()));
      }
    });
  }

  private void statement(Statement statement, Block block, Frame inside, BiFunction<Statement, Frame, List<CallSite.Local>> define) {
    if (statement instanceof Start start) {
      start(start, block, inside);
    } else if (statement instanceof Over inner) {
      type(inner, inside, define);
    } else if (statement instanceof Statement.Definition || statement instanceof Statement.Unpacking) {
      defining = true;
      List<CallSite.Local> locals = define.apply(statement, inside);
      defining = false;
      if (refused) {
        refused = false;
        session.report.error(Diagnostic.of(ErrorCode.MISPLACED, value(statement).span(), "a layer with states or noise cannot be called in a block over an index")
            .help("call it before or after the block, for all indices at once"));
      }
      List<Name> written = Declarations.names(statement);
      for (int k = 0; k < locals.size(); k++) {
        CallSite.Local local = locals.get(k);
        Optional.ofNullable(block.carried.get(written.get(k).name())).ifPresent(carried -> carried.local = Optional.of(local));
      }
    } else {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "this statement is not allowed in a block over an index")
          .help("a block has `start`, definitions and blocks; declare parameters, states and noise before it"));
      Declarations.names(statement).forEach(name -> inside.bind(name.name(), Values.POISON, name.span()));
    }
  }

  /**
   * Gives the names of a definition a value for each index of the frame's blocks, even if these are equal, so that the gradient by the name includes
   * the uses inside the block.
   */
  List<Integer> everywhere(List<Integer> defined, Frame frame) {
    return defined.stream().map(value -> {
      int varying = value;
      for (Block block : frame.blocks) {
        varying = isVarying(varying, block) ? varying : varying(varying, block, frame.rows);
      }
      return varying;
    }).toList();
  }

  private boolean isVarying(int value, Block block) {
    return value == Values.POISON || session.values.constant(value).isPresent() || session.count(value).isPresent() || session.values.blocks(value).contains(block.number);
  }

  private int varying(int value, Block block, boolean rows) {
    Shape inner = session.values.shape(value);
    return session.values.add(new Op.Slice(block.number, Block.axes(inner, rows, session.units.areKept(value))), inner, session.outside(value, block, rows));
  }

  /** Whether a definition of a block is being typed; layers in it cannot have states or noise, which exist once for all indices. */
  boolean refuses() {
    refused |= defining;
    return defining;
  }

  private static Expr value(Statement definition) {
    return definition instanceof Statement.Definition single ? single.value() : ((Statement.Unpacking) definition).value();
  }

  private void start(Start start, Block block, Frame inside) {
    Name name = start.name();
    if (block.carried.containsKey(name.name())) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, start.span(), "`" + name.name() + "` has two starts")
          .note(block.carried.get(name.name()).name.span(), "first here"));
      return;
    }
    int value = session.expressions.value(start.value(), inside);
    if (value != Values.POISON && session.values.blocks(value).contains(block.number)) {
      session.report.error(Diagnostic.of(ErrorCode.MISPLACED, start.value().span(), "expected a single value as start, found one for each `" + block.index + "`")
          .help("give the index a number: `X[:, 0]`"));
      value = Values.POISON;
    }
    value = inside.rows == session.rows ? value : session.values.turn(value);
    block.carried.put(name.name(), new Block.Carried(name, value, session.carries++));
  }

  /** Returns the value of {@code prev(H)} or {@code next(H)}. */
  int carried(Expr.Call call, Frame frame) {
    Block.Direction direction = call.callee().name().equals(Builtin.Operation.PREV.label()) ? Block.Direction.FORWARD : Block.Direction.BACKWARD;
    String word = call.callee().name();
    if (frame.blocks.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.MISPLACED, call.span(), "`" + word + "` is only allowed in a block over an index")
          .help("`over t { start H = 0; H = .. " + word + "(H) ..; }`"));
      return Values.POISON;
    }
    if (call.arguments().size() != 1 || !(call.arguments().get(0).value() instanceof Name name)) {
      session.report.error(Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, call.span(), "`" + word + "` expects the name of a value of the block").help("`" + word + "(H)`"));
      return Values.POISON;
    }
    List<Block> around = frame.blocks.stream().filter(b -> b.carried.containsKey(name.name())).toList();
    if (around.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.NO_START, call.span(), "`" + name.name() + "` has no value before the "
          + (direction == Block.Direction.FORWARD ? "first" : "last") + " index").help("add a start: `start " + name.name() + " = 0;`"));
      return Values.POISON;
    }
    Block block = around.get(around.size() - 1);
    if (block.direction.filter(d -> d != direction).isPresent()) {
      session.report.error(Diagnostic.of(ErrorCode.MISPLACED, call.span(), "a block has `prev` or `next`, not both: one would run over `" + block.index
          + "` from its start, the other from its end").help("use two blocks"));
      return Values.POISON;
    }
    block.direction = Optional.of(direction);
    int value = before(block.carried.get(name.name()), block, direction);
    return frame.rows == session.rows ? value : session.values.turn(value);
  }

  /** Returns the carried value at the previous or next index, and the start if there is none. */
  private int before(Block.Carried carried, Block block, Block.Direction direction) {
    Optional<Block.Carry> known = session.carry(carried.number);
    if (carried.start == Values.POISON) {
      return Values.POISON;
    }
    Shape inner = known.map(Block.Carry::shape).orElse(Shape.SCALAR);
    boolean keepsUnits = known.filter(Block.Carry::keepsUnits).isPresent();
    Set<Integer> numbers = new TreeSet<>(known.map(Block.Carry::blocks).orElse(Set.of()));
    numbers.add(block.number);
    List<Block> around = numbers.stream().map(session.numbered::get).toList();
    List<Shape> shapes = new ArrayList<>(List.of(inner));
    for (int k = around.size() - 1; k >= 0; k--) {
      Shape last = shapes.get(0);
      boolean keeps = keepsUnits || k < around.size() - 1;
      int axis = Block.place(last, around.get(k) == block ? -1 : carried.axis, session.rows, keeps);
      carried.axis = axis;
      shapes.add(0, around.get(k).outside(last, session.rows, keeps));
    }
    int value = shifted(carried, block, direction, shapes.get(0), inner);
    for (int k = 0; k < around.size(); k++) {
      value = session.slice(value, around.get(k), shapes.get(k + 1), Block.axes(shapes.get(k + 1), session.rows, keepsUnits || k < around.size() - 1));
    }
    if (known.isEmpty()) {
      session.values.leaveOpen(value);
    }
    return value;
  }

  private int shifted(Block.Carried carried, Block block, Block.Direction direction, Shape shape, Shape inner) {
    Values values = session.values;
    int start = values.shape(carried.start).equals(inner) || values.constant(carried.start).isPresent() ? carried.start : values.add(Op.Operator.BROADCAST, inner, carried.start);
    int everywhere = values.constant(start).isPresent() ? start : session.outside(session.outside(start, block, session.rows), session.rows);
    if (block.extent().isOne()) {
      return values.shape(everywhere).equals(shape) ? everywhere : values.add(Op.Operator.BROADCAST, shape, everywhere);
    }
    boolean forward = direction == Block.Direction.FORWARD;
    List<Op.Position> positions = new ArrayList<>();
    for (int axis = 0; axis < shape.axes().size(); axis++) {
      Relation.Affine own = Relation.Affine.axis(axis);
      positions.add(new Op.Position.At(axis == carried.axis ? own.plus(Relation.Affine.constant(forward ? -1 : 1)) : own, 1));
    }
    int read = values.add(new Op.Read(positions), shape, values.add(new Op.Carried(carried.number), shape));
    if (values.constant(start).filter(Rational::isZero).isPresent()) {
      return read;
    }
    Relation.Affine first = Relation.Affine.axis(carried.axis).plus(Relation.Affine.constant(forward ? Offset.ZERO : block.extent().offset().times(-1).plus(1)));
    int holds = values.add(new Op.Holds(Relation.Kind.ZERO, first), shape);
    return values.add(Op.Operator.ADD, shape, read, values.add(Op.Operator.MULTIPLY, shape, everywhere, holds));
  }

  /** Records the shape of a carried value; reports an error if it differs from the assumed shape. */
  private void conclude(Block.Carried carried, Over over) {
    if (carried.local.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.NO_START, carried.name.span(), "`" + carried.name.name() + "` has a start here, but the block does not define it")
          .note(over.span(), "in this block"));
      return;
    }
    CallSite.Local local = carried.local.get();
    if (local.value == Values.POISON || carried.start == Values.POISON) {
      // In that case the error in the definition is reported instead.
      session.carry(carried.number).ifPresent(before -> session.found(carried, before));
      return;
    }
    Shape step = session.values.shape(local.value);
    Shape start = session.values.shape(carried.start);
    Optional<Shape> known = session.carry(carried.number).map(Block.Carry::shape);
    Optional<Shape> both = step.broadcast(start);
    boolean grows = both.filter(shape -> known.isEmpty() || known.get().broadcast(shape).equals(both)).isPresent();
    Shape found = grows ? both.get() : known.orElse(start);
    session.found(carried, new Block.Carry(found, session.units.areKept(local.value), session.values.blocks(local.value)));
    if (!grows || known.isPresent() && !known.get().equals(found)) {
      Diagnostic fault = Diagnostic.of(ErrorCode.SHAPE_MISMATCH, local.parameter ? over.span() : carried.name.span(), "`" + carried.name.name() + "` is "
          + known.orElse(start) + " at one index and " + step + " at the next");
      session.report.error(fault.help("a carried value has the same shape at all indices"));
      return;
    }
    local.value = step.equals(found) ? local.value : session.values.add(Op.Operator.BROADCAST, found, local.value);
  }

  /** Returns the number of values of the block's index: its size, or the extent of an axis that the index alone subscripts. */
  private Optional<Size> extent(Over over, Frame frame) {
    Name index = over.index().name();
    if (over.index().size().isPresent()) {
      return session.sizing.size(over.index().size().get(), frame);
    }
    List<Expr.Subscript> subscripts = new ArrayList<>();
    expressions(over).forEach(expr -> collect(expr, subscripts));
    Optional<Size> extent = Optional.empty();
    for (Expr.Subscript subscript : subscripts) {
      for (int k = 0; k < subscript.subscripts().size(); k++) {
        boolean alone = subscript.subscripts().get(k) instanceof Name name && name.name().equals(index.name());
        Optional<Size> size = alone ? size(subscript, k, frame) : Optional.empty();
        if (size.isPresent() && extent.isPresent() && !size.equals(extent)) {
          session.report.error(ErrorCode.SHAPE_MISMATCH, subscript.span(), "`" + index.name() + "` has " + extent.get().values() + ", but this axis has " + size.get());
          return Optional.empty();
        }
        extent = size.isPresent() ? size : extent;
      }
    }
    if (extent.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.INDEX_WITHOUT_RANGE, index.span(), "cannot infer how many values the block's index `" + index.name() + "` has")
          .help("a value with `" + index.name() + "` alone as a subscript determines it, `X[:, " + index.name() + "]`, or a size: `over " + index.name() + ": 4 { .. }`"));
    }
    return extent;
  }

  private Optional<Size> size(Expr.Subscript subscript, int place, Frame frame) {
    Expr operand = subscript.operand();
    if (operand instanceof Expr.Call call && call.callee().name().equals("pad") && !call.arguments().isEmpty()) {
      operand = call.arguments().get(0).value();
    }
    // A name that a round of a repetition defines refers to the value of the previous round before its definition.
    if (!(operand instanceof Name name) || !(frame.bindings.get(name.name()) instanceof Binding.Bound bound) || bound.value() == Values.POISON || session.values.isOpen(bound.value())) {
      return Optional.empty();
    }
    List<Subscripted> fits = Subscripted.fits(bound.value(), Optional.empty(), session.values.shape(bound.value()), subscript.subscripts().size(),
        session.units.isReduced(bound.value()));
    return fits.stream().map(fit -> fit.size(place)).filter(size -> !size.isSamples()).findFirst();
  }

  private static List<Expr> expressions(Over over) {
    return over.body().stream().flatMap(statement -> statement instanceof Over inner
        ? inner.index().name().name().equals(over.index().name().name()) ? List.<Expr>of().stream() : expressions(inner).stream() : NameCheck.expressions(statement).stream()).toList();
  }

  private static void collect(Expr expr, List<Expr.Subscript> found) {
    if (expr instanceof Expr.Subscript subscript) {
      found.add(subscript);
    }
    NameCheck.parts(expr).forEach(part -> collect(part, found));
  }
}
