package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Types index equations, and subscripts and reductions in matrix code. In an index equation the axes of a value are the indices on which it depends.
 * An operator broadcasts each operand along the indices that only the others have.
 */
final class IndexExpressions {

  private final Session session;
  private final IndexRanges ranges;
  private final Index samples;
  private final IndexConditions conditions;
  private final IndexReads reads;

  private IndexExpressions(Session session) {
    this.session = session;
    this.ranges = new IndexRanges(session);
    this.samples = new Index("m", null, Integer.MAX_VALUE);
    samples.resolve(Size.SAMPLES);
    this.conditions = new IndexConditions(session);
    this.reads = new IndexReads(session, ranges, samples, this::type);
  }

  /** Returns the value of {@code name[indices] = expr}; poison after a reported error. */
  static int equation(Session session, List<Expr.Index> indices, Expr expr, Frame frame) {
    IndexExpressions typing = new IndexExpressions(session);
    List<Index> left = typing.ranges.declare(indices, frame);
    IndexScope scope = IndexScope.of(frame).with(left);
    session.indexNames.begin(scope.indices().values());
    int value = typing.ranges.infer(expr, scope) ? typing.arranged(typing.type(expr, scope), left, expr, frame) : Values.POISON;
    session.indexNames.end();
    return value;
  }

  /** Returns the value of a subscript or a reduction in matrix code; slices are its axes, in their order. */
  static int value(Session session, Expr expr, Frame frame) {
    IndexExpressions typing = new IndexExpressions(session);
    IndexScope scope = IndexScope.of(frame);
    if (!typing.ranges.infer(expr, scope)) {
      return Values.POISON;
    }
    session.indexNames.begin(scope.indices().values());
    List<Index> slices = new ArrayList<>();
    IndexTerm term = expr instanceof Expr.Subscript subscript ? typing.reads.subscript(subscript, scope, Optional.of(slices)) : typing.type(expr, scope);
    int value = typing.arranged(term, slices, expr, frame);
    session.indexNames.end();
    return value;
  }

  /** Returns the value with its axes in the order of the left side, and samples as in the orientation. */
  private int arranged(IndexTerm term, List<Index> left, Expr expr, Frame frame) {
    if (term.isPoison()) {
      return Values.POISON;
    }
    List<Index> order = new ArrayList<>(left);
    boolean written = left.stream().anyMatch(index -> index.size().get().isSamples());
    if (term.axes().contains(samples)) {
      if (written) {
        session.report.error(ErrorCode.SHAPE_MISMATCH, expr.span(), "the axis of samples is an index on the left, and is left out on the right");
        return Values.POISON;
      }
      order.add(frame.rows ? 0 : order.size(), samples);
    }
    Shape shape = Shape.of(order.stream().map(index -> index.size().get()).toList(), frame.rows);
    Layout layout = new Layout(shape, axes(order, shape), order.size() > 1);
    List<Block> around = session.numbered.stream().filter(block -> term.axes().contains(block.index)).toList();
    List<Layout> layouts = new ArrayList<>(List.of(layout));
    for (int k = around.size() - 1; k >= 0; k--) {
      layout = layout.outside(around.get(k), frame.rows);
      layouts.add(layout);
    }
    if (session.operators.isTooLarge(layout.shape(), expr.span())) {
      return Values.POISON;
    }
    int value = layout.isEmpty() ? term.value() : aligned(term, layout);
    session.indexNames.define(value, layout.axes());
    for (int k = 0; k < around.size(); k++) {
      Shape inner = layouts.get(around.size() - 1 - k).shape();
      value = session.slice(value, around.get(k), inner, Block.axes(inner, frame.rows, layouts.get(around.size() - 1 - k).keepsUnits()));
    }
    if (order.size() > 1) {
      session.units.keep(value);
    }
    if (order.stream().noneMatch(index -> index.size().get().isOne())) {
      session.units.without(value);
    }
    if (ranges.isOpen() && session.values.shape(value).isScalar()) {
      session.values.leaveOpen(value);
    }
    return value;
  }

  /**
   * The axes of a value.
   *
   * @param axes the index of each axis of the shape; empty for the extra axis of a vector
   * @param keepsUnits whether there are several axes, so that one of them may have one entry
   */
  private record Layout(Shape shape, List<Optional<Index>> axes, boolean keepsUnits) {
    boolean isEmpty() {
      return axes.stream().allMatch(Optional::isEmpty);
    }

    Layout outside(Block block, boolean rows) {
      List<Optional<Index>> outer = new ArrayList<>(Block.axes(shape, rows, keepsUnits).stream().map(axis -> axis < 0 ? Optional.of(block.index) : axes.get(axis)).toList());
      boolean several = outer.size() > 1;
      if (!several) {
        outer.add(rows ? 0 : 1, Optional.empty());
      }
      return new Layout(block.outside(shape, rows, keepsUnits), outer, several);
    }
  }

  /** Returns the index of each axis of a shape; a vector's shape has one axis more than indices. */
  private static List<Optional<Index>> axes(List<Index> order, Shape shape) {
    List<Optional<Index>> axes = new ArrayList<>(order.stream().map(Optional::of).toList());
    while (axes.size() < shape.axes().size()) {
      axes.add(axes.size() == 1 && shape.rows().isOne() && !shape.columns().isOne() ? 0 : axes.size(), Optional.empty());
    }
    return axes;
  }

  private int aligned(IndexTerm term, Layout layout) {
    List<Index> order = layout.axes().stream().flatMap(Optional::stream).toList();
    boolean whole = term.axes().containsAll(order) || session.values.constant(term.value()).isEmpty();
    int aligned = whole ? session.values.add(new Op.Align(places(term, layout)), layout.shape(), term.value()) : term.value();
    return term.axes().containsAll(order) ? aligned : session.values.add(Op.Operator.BROADCAST, layout.shape(), aligned);
  }

  /** Returns the position in the shape of each axis of the term. */
  private List<Integer> places(IndexTerm term, Layout layout) {
    List<Integer> places = new ArrayList<>(term.axes().stream().map(index -> layout.axes().indexOf(Optional.of(index))).toList());
    int free = Math.max(0, layout.axes().indexOf(Optional.empty()));
    while (places.size() < session.values.shape(term.value()).axes().size()) {
      places.add(free);
    }
    return places;
  }

  private IndexTerm type(Expr expr, IndexScope scope) {
    if (expr instanceof Expr.Name name) {
      return name(name, scope);
    } else if (expr instanceof Expr.Subscript subscript) {
      return reads.subscript(subscript, scope, Optional.empty());
    } else if (expr instanceof Expr.Reduction reduction) {
      return reduction(reduction, scope);
    } else if (expr instanceof Expr.Binary binary) {
      return conditions.condition(binary, scope).orElseGet(() -> binary(binary, scope));
    } else if (expr instanceof Expr.Unary unary) {
      IndexTerm operand = type(unary.operand(), scope);
      return operand.isPoison() ? operand : new IndexTerm(session.operators.unary(unary, operand.value()), operand.axes());
    } else if (expr instanceof Expr.Call call) {
      return call(call, Optional.empty(), call.span(), scope);
    } else if (expr instanceof Expr.Pipe pipe) {
      return call(pipe.call(), Optional.of(pipe.value()), pipe.span(), scope);
    }
    return plain(expr, scope);
  }

  /** Returns a value without subscripts: a number, or one for each sample. */
  private IndexTerm plain(Expr expr, IndexScope scope) {
    return plain(session.expressions.value(expr, scope.frame()), expr, scope.frame().rows);
  }

  private IndexTerm plain(int value, Expr expr, boolean rows) {
    if (value == Values.POISON) {
      return IndexTerm.POISON;
    }
    Shape shape = session.values.shape(value);
    boolean varies = !session.values.blocks(value).isEmpty();
    if (shape.isScalar() && !varies) {
      return new IndexTerm(value, List.of());
    }
    boolean perSample = shape.entries() == 1 && shape.axes().stream().filter(Size::isSamples).count() == 1;
    if (shape.isScalar() || perSample) {
      Optional<Integer> sampleAxis = perSample ? Optional.of(shape.axes().indexOf(Size.SAMPLES)) : Optional.empty();
      Subscripted whole = new Subscripted(value, Optional.empty(), List.of(), List.of(), sampleAxis, Map.of()).outside(session, rows);
      return reads.read(whole.value(), List.of(), List.of(), whole);
    }
    session.report.error(Subscripted.missing(expr, shape));
    return IndexTerm.POISON;
  }

  private IndexTerm name(Expr.Name name, IndexScope scope) {
    Optional<Index> index = scope.index(name.name());
    return index.map(i -> new IndexTerm(session.values.add(new Op.Counter(), IndexTerm.shape(List.of(i))), List.of(i))).orElseGet(() -> plain(name, scope));
  }

  private List<Index> union(List<IndexTerm> terms) {
    return terms.stream().flatMap(term -> term.axes().stream()).distinct().toList();
  }

  /** Returns the value broadcast to all these axes, which include its own. */
  private int align(IndexTerm term, List<Index> axes) {
    if (term.isPoison() || term.axes().equals(axes) || term.axes().isEmpty()) {
      return term.value();
    }
    List<Integer> places = new ArrayList<>(term.axes().stream().map(axes::indexOf).toList());
    places.add(axes.size());
    return session.values.add(new Op.Align(places), IndexTerm.shape(axes), term.value());
  }

  private IndexTerm binary(Expr.Binary binary, IndexScope scope) {
    List<IndexTerm> sides = List.of(type(binary.left(), scope), type(binary.right(), scope));
    if (binary.op() == Expr.BinaryOp.EQUAL) {
      // An index that equals integer data is one of its values.
      sides.stream().filter(side -> !side.isPoison() && session.count(side.value()).isPresent()).forEach(side -> session.axes.onehot(session.datum(side.value()), scope.frame().rows));
    }
    List<Index> axes = union(sides);
    int left = align(sides.get(0), axes);
    int right = align(sides.get(1), axes);
    return new IndexTerm(session.operators.binary(binary, left, right, scope.frame().as(Frame.Code.FUNCTION)), axes);
  }

  private IndexTerm reduction(Expr.Reduction reduction, IndexScope scope) {
    List<Index> bound = ranges.of(reduction);
    session.indexNames.bind(bound);
    IndexScope inside = scope.with(bound);
    boolean isExtreme = !reduction.word().name().equals("sum") && !reduction.word().name().equals("mean");
    List<IndexTerm> condition = reduction.condition().map(c -> isExtreme ? List.of(c) : IndexConditions.conjuncts(c)).orElse(List.of())
        .stream().map(c -> type(c, inside)).toList();
    List<IndexForm> known = reduction.condition().map(c -> conditions.impliedBy(c, inside)).orElse(List.of());
    IndexTerm body = type(reduction.body(), inside.given(known));
    if (body.isPoison() || condition.stream().anyMatch(IndexTerm::isPoison)) {
      return IndexTerm.POISON;
    }
    return switch (reduction.word().name()) {
      case "sum" -> fold(Op.Kind.SUM, where(condition, body, Rational.ZERO), bound);
      case "mean" -> isEmpty(reduction, inside, bound) ? IndexTerm.POISON : mean(condition, body, bound);
      default -> isEmpty(reduction, inside, bound) ? IndexTerm.POISON : extreme(reduction, condition, body, bound);
    };
  }

  /** Returns the body if all conditions hold, and otherwise the number. */
  private IndexTerm where(List<IndexTerm> conditions, IndexTerm body, Rational otherwise) {
    IndexTerm result = body;
    for (IndexTerm condition : conditions) {
      List<Index> axes = union(List.of(condition, result));
      int holds = align(condition, axes);
      int value = align(result, axes);
      result = new IndexTerm(otherwise.isZero() && isFactor(condition.value()) ? session.values.add(Op.Operator.MULTIPLY, IndexTerm.shape(axes), holds, value)
          : session.values.add(new Op.Function(Fn.WHERE), IndexTerm.shape(axes), holds, value, session.values.number(otherwise)), axes);
    }
    return result;
  }

  /** True for affine conditions, which planning turns into loop bounds, and for those by which integer data select one of an index's values, as reads do. */
  private boolean isFactor(int condition) {
    Value value = session.values.get(condition);
    return value.op() instanceof Op.Holds
        || value.op() == Op.Operator.EQUAL && (selects(value.operands().get(0), value.operands().get(1)) || selects(value.operands().get(1), value.operands().get(0)));
  }

  private boolean selects(int datum, int index) {
    Value counter = session.values.get(session.datum(index));
    OptionalLong count = session.count(datum);
    return count.isPresent() && counter.op() instanceof Op.Counter && counter.shape().entries() == count.getAsLong();
  }

  private IndexTerm fold(Op.Kind kind, IndexTerm term, List<Index> over) {
    List<Index> kept = term.axes().stream().filter(index -> !over.contains(index)).toList();
    // The first of several largest entries in source order is selected.
    List<Index> all = Stream.concat((kind == Op.Kind.SUM ? term.axes() : kept).stream(), over.stream()).distinct().toList();
    if (all.isEmpty() || over.isEmpty()) {
      return term;
    }
    int operand = term.axes().isEmpty() ? session.values.add(Op.Operator.BROADCAST, IndexTerm.shape(all), term.value()) : align(term, all);
    return new IndexTerm(session.values.add(new Op.Fold(kind, kept.stream().map(all::indexOf).toList()), IndexTerm.shape(kept), operand), kept);
  }

  private IndexTerm mean(List<IndexTerm> condition, IndexTerm body, List<Index> bound) {
    IndexTerm one = new IndexTerm(session.values.number(1), List.of());
    IndexTerm sum = fold(Op.Kind.SUM, where(condition, body, Rational.ZERO), bound);
    IndexTerm count = !condition.isEmpty() ? fold(Op.Kind.SUM, where(condition, one, Rational.ZERO), bound)
        : new IndexTerm(session.sizing.count(bound.stream().map(index -> index.size().get()).toList()), List.of());
    List<Index> axes = union(List.of(sum, count));
    return new IndexTerm(session.values.add(Op.Operator.DIVIDE, IndexTerm.shape(axes), align(sum, axes), align(count, axes)), axes);
  }

  /** Whether the condition may exclude all values; this is reported. */
  private boolean isEmpty(Expr.Reduction reduction, IndexScope inside, List<Index> bound) {
    boolean mayBe = reduction.condition().isPresent() && !conditions.isNeverEmpty(reduction.condition().get(), inside, bound);
    if (mayBe) {
      boolean isMean = reduction.word().name().equals("mean");
      session.report.error(Diagnostic.of(ErrorCode.EMPTY_REDUCTION, reduction.span(), "the condition may exclude all values, and the " + reduction.word().name()
          + " of no values is undefined").help(isMean ? "divide a sum by a count that is at least 1: `sum[..] .. / max(1, sum[..] 1)`"
              : "compare with a number: `" + reduction.word().name() + "[..] where(.., .., -1e30)`"));
    }
    return mayBe;
  }

  private IndexTerm extreme(Expr.Reduction reduction, List<IndexTerm> condition, IndexTerm body, List<Index> bound) {
    boolean largest = reduction.word().name().equals("max");
    Rational lowest = Rational.parse(new BigDecimal(session.singlePrecision ? Float.MAX_VALUE : Double.MAX_VALUE).toPlainString());
    return fold(largest ? Op.Kind.MAX : Op.Kind.MIN, where(condition, body, largest ? lowest.negate() : lowest), bound);
  }

  private IndexTerm call(Expr.Call call, Optional<Expr> piped, Span span, IndexScope scope) {
    Optional<Callee> callee = session.expressions.callee(call.callee().name(), scope.frame());
    boolean entrywise = callee.isPresent() && (callee.get() instanceof Definition d ? d.sort() == Callee.Sort.FUNCTION
        : callee.get().sort() == Callee.Sort.FUNCTION && !isOverEntries((Builtin) callee.get(), call, piped));
    if (!entrywise && usesIndex(call, piped, scope)) {
      return IndexTerm.POISON;
    }
    if (!entrywise) {
      return plain(piped.isEmpty() ? call : new Expr.Pipe(piped.get(), call, span), scope);
    }
    List<Expr.Argument> written = new ArrayList<>();
    piped.ifPresent(value -> written.add(new Expr.Argument(Optional.empty(), value)));
    written.addAll(call.arguments());
    List<Optional<IndexTerm>> terms = new ArrayList<>();
    boolean isChoice = callee.get() instanceof Builtin builtin && builtin.isChoice();
    for (Expr.Argument argument : written) {
      boolean branch = isChoice && !terms.isEmpty() && terms.get(0).filter(term -> !term.isPoison()).isPresent();
      if (branch) {
        session.preconditions.enterBranch(terms.get(0).get().value());
      }
      terms.add(isFunction(argument.value(), scope) ? Optional.empty() : Optional.of(type(argument.value(), scope)));
      if (branch) {
        session.preconditions.leaveBranch();
      }
    }
    List<Index> axes = union(terms.stream().flatMap(Optional::stream).toList());
    List<Arguments.Given> given = IntStream.range(0, written.size()).mapToObj(k -> new Arguments.Given(written.get(k).value(),
        terms.get(k).map(term -> (Binding) new Binding.Bound(align(term, axes), Optional.empty()))
            .orElseGet(() -> session.expressions.argument(written.get(k).value(), scope.frame())), written.get(k).name())).toList();
    Invocation invocation = new Invocation(callee.get(), call, Optional.empty(), given, span, scope.frame().as(Frame.Code.FUNCTION));
    int value = callee.get() instanceof Builtin builtin ? session.builtins.call(builtin, invocation)
        : session.functions.call((Definition) callee.get(), invocation);
    return new IndexTerm(value, value == Values.POISON || session.values.shape(value).isScalar() ? List.of() : axes);
  }

  /** Whether a function of whole values is called with an entry; this is reported. */
  private boolean usesIndex(Expr.Call call, Optional<Expr> piped, IndexScope scope) {
    Stream<Expr> arguments = Stream.concat(piped.stream(), call.arguments().stream().map(Expr.Argument::value));
    Optional<Expr.Name> used = arguments.flatMap(argument -> used(argument, scope)).findFirst();
    used.ifPresent(index -> session.report.error(Diagnostic.of(ErrorCode.MISPLACED, index.span(), "`" + call.callee().name() + "` expects a whole value, but `" + index.name()
        + "` is an index of its entries").help("`sum[" + index.name() + "] ..`, `max`, `min` and `mean` run over an index; for another function, define the whole value first")));
    return used.isPresent();
  }

  /** Returns the indices that an expression uses and does not bind itself. */
  private static Stream<Expr.Name> used(Expr expr, IndexScope scope) {
    if (expr instanceof Expr.Name name) {
      return scope.index(name.name()).isPresent() ? Stream.of(name) : Stream.empty();
    }
    Stream<Expr.Name> all = NameCheck.parts(expr).stream().flatMap(part -> used(part, scope));
    return expr instanceof Expr.Reduction reduction
        ? all.filter(name -> reduction.indices().stream().noneMatch(bound -> bound.name().name().equals(name.name()))) : all;
  }

  /** Whether the call is a maximum or minimum over all entries, which is a function of a matrix. */
  private static boolean isOverEntries(Builtin builtin, Expr.Call call, Optional<Expr> piped) {
    return (builtin == Builtin.Operation.MAX || builtin == Builtin.Operation.MIN) && call.arguments().size() + (piped.isPresent() ? 1 : 0) == 1;
  }

  private boolean isFunction(Expr expr, IndexScope scope) {
    return expr instanceof Expr.Name name && scope.index(name.name()).isEmpty() && !scope.isBound(name.name())
        && session.expressions.callee(name.name(), scope.frame()).isPresent();
  }
}
