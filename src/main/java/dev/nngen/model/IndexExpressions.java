package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Types index equations, and subscripts and reductions that stand in matrix code. Inside of them every value has the indices that it depends on
 * as its axes; where two meet, both are repeated along the indices of the other.
 */
final class IndexExpressions {

  /** A value and its axes; that of samples, where the text leaves it out, is {@link #samples}. */
  private record Term(int value, List<Index> axes) {
    static final Term POISON = new Term(Values.POISON, List.of());

    boolean isPoison() {
      return value == Values.POISON;
    }
  }

  private final Session session;
  private final IndexRanges ranges;
  private final Index samples;

  private IndexExpressions(Session session) {
    this.session = session;
    this.ranges = new IndexRanges(session);
    this.samples = new Index("m", null);
    samples.resolve(Dim.SAMPLES);
  }

  /** The value of {@code name[indices] = expr}; poison where it is at fault. */
  static int equation(Session session, List<Expr.Index> indices, Expr expr, Frame frame) {
    IndexExpressions typing = new IndexExpressions(session);
    List<Index> left = typing.ranges.declare(indices, frame);
    IndexScope scope = IndexScope.of(frame).with(left);
    return typing.ranges.infer(expr, scope) ? typing.arranged(typing.type(expr, scope), left, expr, frame) : Values.POISON;
  }

  /** The value of a subscript or a reduction in matrix code; slices are its axes, in their order. */
  static int value(Session session, Expr expr, Frame frame) {
    IndexExpressions typing = new IndexExpressions(session);
    IndexScope scope = IndexScope.of(frame);
    if (!typing.ranges.infer(expr, scope)) {
      return Values.POISON;
    }
    List<Index> slices = new ArrayList<>();
    Term term = expr instanceof Expr.Subscript subscript ? typing.subscript(subscript, scope, slices) : typing.type(expr, scope);
    return typing.arranged(term, slices, expr, frame);
  }

  /** The value with its axes in the order of the left side, and samples where the orientation has them. */
  private int arranged(Term term, List<Index> left, Expr expr, Frame frame) {
    if (term.isPoison()) {
      return Values.POISON;
    }
    List<Index> order = new ArrayList<>(left);
    boolean written = left.stream().anyMatch(index -> index.size().getAsInt() == Dim.SAMPLES);
    if (term.axes().contains(samples)) {
      if (written) {
        session.report.error(ErrorCode.SHAPE_MISMATCH, expr.span(), "the axis of samples is an index on the left, and is left out on the right");
        return Values.POISON;
      }
      order.add(frame.rows ? 0 : order.size(), samples);
    }
    Shape shape = Shape.of(order.stream().map(index -> index.size().getAsInt()).toList(), frame.rows);
    if (session.operators.isTooLarge(shape, expr.span())) {
      return Values.POISON;
    }
    if (order.isEmpty()) {
      return term.value();
    }
    boolean whole = term.axes().containsAll(order) || session.values.constant(term.value()).isEmpty();
    int aligned = whole ? session.values.add(new Op.Align(places(term, order, shape)), shape, term.value()) : term.value();
    return term.axes().containsAll(order) ? aligned : session.values.add(Op.Operator.BROADCAST, shape, aligned);
  }

  /** Which axis of the shape each axis of the term is; a vector's shape has one axis more than indices. */
  private List<Integer> places(Term term, List<Index> order, Shape shape) {
    int shift = order.size() == 1 && shape.rows().isOne() && !shape.columns().isOne() ? 1 : 0;
    List<Integer> places = new ArrayList<>(term.axes().stream().map(index -> order.indexOf(index) + shift).toList());
    int free = order.size() == 1 ? 1 - shift : 0;
    while (places.size() < session.values.shape(term.value()).axes().size()) {
      places.add(free);
    }
    return places;
  }

  private static Shape shape(List<Index> axes) {
    return axes.isEmpty() ? Shape.SCALAR : new Shape(new Dim(axes.stream().map(index -> index.size().getAsInt()).toList()), Dim.ONE);
  }

  private Term type(Expr expr, IndexScope scope) {
    if (expr instanceof Expr.Name name) {
      return name(name, scope);
    } else if (expr instanceof Expr.Subscript subscript) {
      return subscript(subscript, scope, null);
    } else if (expr instanceof Expr.Reduction reduction) {
      return reduction(reduction, scope);
    } else if (expr instanceof Expr.Binary binary) {
      return condition(binary, scope).orElseGet(() -> binary(binary, scope));
    } else if (expr instanceof Expr.Unary unary) {
      Term operand = type(unary.operand(), scope);
      return operand.isPoison() ? operand : new Term(session.operators.unary(unary, operand.value()), operand.axes());
    } else if (expr instanceof Expr.Call call) {
      return call(call, Optional.empty(), call.span(), scope);
    } else if (expr instanceof Expr.Pipe pipe) {
      return call(pipe.call(), Optional.of(pipe.value()), pipe.span(), scope);
    }
    return plain(expr, scope);
  }

  /** A value without subscripts: a number, or one for each sample. */
  private Term plain(Expr expr, IndexScope scope) {
    return plain(session.expressions.value(expr, scope.frame()), expr);
  }

  private Term plain(int value, Expr expr) {
    if (value == Values.POISON) {
      return Term.POISON;
    }
    Shape shape = session.values.shape(value);
    if (shape.isScalar()) {
      return new Term(value, List.of());
    }
    if (shape.entries() == 1 && shape.axes().stream().filter(size -> size == Dim.SAMPLES).count() == 1) {
      return read(value, List.of(), List.of(), Optional.of(shape.axes().indexOf(Dim.SAMPLES)), List.of());
    }
    int count = (int) shape.axes().stream().filter(size -> size != Dim.SAMPLES).count();
    session.report.error(Diagnostic.of(ErrorCode.SUBSCRIPT_COUNT, expr.span(), "`" + Report.excerpt(expr.span()) + "` has the axes "
        + Subscripted.text(shape) + ", and no subscripts").help("among indices every value is a number: write an entry, with "
        + (count == 1 ? "one subscript" : count + " subscripts")));
    return Term.POISON;
  }

  private Term name(Expr.Name name, IndexScope scope) {
    Optional<Index> index = scope.index(name.name());
    return index.map(i -> new Term(session.values.add(new Op.Counter(), shape(List.of(i))), List.of(i))).orElseGet(() -> plain(name, scope));
  }

  private List<Index> union(List<Term> terms) {
    return terms.stream().flatMap(term -> term.axes().stream()).distinct().toList();
  }

  /** The value with all these axes, of which it has some. */
  private int align(Term term, List<Index> axes) {
    if (term.isPoison() || term.axes().equals(axes) || term.axes().isEmpty()) {
      return term.value();
    }
    List<Integer> places = new ArrayList<>(term.axes().stream().map(axes::indexOf).toList());
    places.add(axes.size());
    return session.values.add(new Op.Align(places), shape(axes), term.value());
  }

  private Term binary(Expr.Binary binary, IndexScope scope) {
    List<Term> sides = List.of(type(binary.left(), scope), type(binary.right(), scope));
    List<Index> axes = union(sides);
    int left = align(sides.get(0), axes);
    int right = align(sides.get(1), axes);
    return new Term(session.operators.binary(binary, left, right, scope.frame().as(Frame.Code.FUNCTION)), axes);
  }

  /** A comparison of affine expressions of indices, and what is made of such; empty for others. */
  private Optional<Term> condition(Expr.Binary binary, IndexScope scope) {
    IndexForm.Reader reader = new IndexForm.Reader(session, scope, OptionalLong.empty());
    boolean compares = switch (binary.op()) {
      case LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, NOT_EQUAL -> true;
      default -> false;
    };
    Optional<IndexForm> left = compares ? reader.read(binary.left()).filter(f -> f.divisor() == 1) : Optional.empty();
    Optional<IndexForm> right = left.isPresent() ? reader.read(binary.right()).filter(f -> f.divisor() == 1) : Optional.empty();
    if (right.isEmpty() || left.get().isConstant() && right.get().isConstant()) {
      return Optional.empty();
    }
    IndexForm difference = right.get().plus(left.get(), -1);
    return Optional.of(switch (binary.op()) {
      case LESS -> holds(Relation.Kind.NOT_NEGATIVE, difference.plus(IndexForm.constant(1), -1));
      case AT_MOST -> holds(Relation.Kind.NOT_NEGATIVE, difference);
      case GREATER -> holds(Relation.Kind.NOT_NEGATIVE, difference.times(-1).plus(IndexForm.constant(1), -1));
      case AT_LEAST -> holds(Relation.Kind.NOT_NEGATIVE, difference.times(-1));
      case EQUAL -> holds(Relation.Kind.ZERO, difference);
      default -> {
        Term equal = holds(Relation.Kind.ZERO, difference);
        yield new Term(session.values.add(Op.Operator.NOT, session.values.shape(equal.value()), equal.value()), equal.axes());
      }
    });
  }

  private Term holds(Relation.Kind kind, IndexForm form) {
    if (form.isConstant()) {
      boolean holds = kind == Relation.Kind.ZERO ? form.constant() == 0 : form.constant() >= 0;
      return new Term(session.values.number(holds ? 1 : 0), List.of());
    }
    List<Index> axes = List.copyOf(form.coefficients().keySet()).stream().sorted(Comparator.comparing(index -> index.name)).toList();
    return new Term(session.values.add(new Op.Holds(kind, Relation.Affine.of(form.terms(axes), form.constant())), shape(axes)), axes);
  }

  /** Conditions that hold wherever the expression does, as expressions that are not negative. */
  private List<IndexForm> known(Expr condition, IndexScope scope) {
    if (!(condition instanceof Expr.Binary binary)) {
      return List.of();
    }
    if (binary.op() == BinaryOp.AND) {
      return Stream.concat(known(binary.left(), scope).stream(), known(binary.right(), scope).stream()).toList();
    }
    IndexForm.Reader reader = new IndexForm.Reader(session, scope, OptionalLong.empty());
    Optional<IndexForm> left = reader.read(binary.left()).filter(f -> f.divisor() == 1);
    Optional<IndexForm> right = reader.read(binary.right()).filter(f -> f.divisor() == 1);
    if (left.isEmpty() || right.isEmpty()) {
      return List.of();
    }
    IndexForm difference = right.get().plus(left.get(), -1);
    IndexForm one = IndexForm.constant(1);
    return switch (binary.op()) {
      case LESS -> List.of(difference.plus(one, -1));
      case AT_MOST -> List.of(difference);
      case GREATER -> List.of(difference.times(-1).plus(one, -1));
      case AT_LEAST -> List.of(difference.times(-1));
      case EQUAL -> List.of(difference, difference.times(-1));
      default -> List.of();
    };
  }

  private Term reduction(Expr.Reduction reduction, IndexScope scope) {
    List<Index> bound = ranges.of(reduction);
    IndexScope inside = scope.with(bound);
    Optional<Term> condition = reduction.condition().map(c -> type(c, inside));
    List<IndexForm> known = reduction.condition().map(c -> known(c, inside)).orElse(List.of());
    Term body = type(reduction.body(), inside.given(known));
    if (body.isPoison() || condition.filter(Term::isPoison).isPresent()) {
      return Term.POISON;
    }
    return switch (reduction.word().name()) {
      case "sum" -> fold(Op.Kind.SUM, where(condition, body, Rational.ZERO), bound);
      case "mean" -> mean(condition, body, bound);
      default -> extreme(reduction, condition, known, body, bound);
    };
  }

  /** The body where the condition holds, elsewhere the number. An affine condition is a factor, of which loops make their bounds. */
  private Term where(Optional<Term> condition, Term body, Rational otherwise) {
    if (condition.isEmpty()) {
      return body;
    }
    List<Index> axes = union(List.of(condition.get(), body));
    int holds = align(condition.get(), axes);
    int value = align(body, axes);
    boolean factor = otherwise.isZero() && session.values.get(condition.get().value()).op() instanceof Op.Holds;
    return new Term(factor ? session.values.add(Op.Operator.MULTIPLY, shape(axes), holds, value)
        : session.values.add(new Op.Function(Fn.WHERE), shape(axes), holds, value, session.values.number(otherwise)), axes);
  }

  private Term fold(Op.Kind kind, Term term, List<Index> over) {
    List<Index> all = Stream.concat(term.axes().stream(), over.stream()).distinct().toList();
    List<Index> kept = term.axes().stream().filter(index -> !over.contains(index)).toList();
    if (all.isEmpty() || over.isEmpty()) {
      return term;
    }
    int operand = term.axes().isEmpty() ? session.values.add(Op.Operator.BROADCAST, shape(all), term.value()) : align(term, all);
    return new Term(session.values.add(new Op.Fold(kind, kept.stream().map(all::indexOf).toList()), shape(kept), operand), kept);
  }

  private Term mean(Optional<Term> condition, Term body, List<Index> bound) {
    Term one = new Term(session.values.number(1), List.of());
    Term sum = fold(Op.Kind.SUM, where(condition, body, Rational.ZERO), bound);
    Term count = fold(Op.Kind.SUM, where(condition, one, Rational.ZERO), bound);
    if (condition.isEmpty()) {
      long product = bound.stream().mapToLong(index -> index.size().getAsInt()).filter(size -> size != Dim.SAMPLES).reduce(1, (a, b) -> a * b);
      count = new Term(session.values.number(product), List.of());
      if (bound.stream().anyMatch(index -> index.size().getAsInt() == Dim.SAMPLES)) {
        int batch = session.values.add(Op.Quantity.BATCH, Shape.SCALAR);
        count = new Term(product == 1 ? batch : session.values.add(Op.Operator.MULTIPLY, Shape.SCALAR, count.value(), batch), List.of());
      }
    }
    List<Index> axes = union(List.of(sum, count));
    return new Term(session.values.add(Op.Operator.DIVIDE, shape(axes), align(sum, axes), align(count, axes)), axes);
  }

  private Term extreme(Expr.Reduction reduction, Optional<Term> condition, List<IndexForm> known, Term body, List<Index> bound) {
    if (condition.isPresent() && !isNeverEmpty(known, bound)) {
      session.report.error(Diagnostic.of(ErrorCode.EMPTY_REDUCTION, reduction.span(), "no value may satisfy the condition, and the " + reduction.word().name()
          + " of none is no number").help("compare with a number: `" + reduction.word().name() + "[..] where(.., .., -1e30)`"));
      return Term.POISON;
    }
    boolean largest = reduction.word().name().equals("max");
    Rational lowest = Rational.parse(new BigDecimal(session.singlePrecision ? Float.MAX_VALUE : Double.MAX_VALUE).toPlainString());
    return fold(largest ? Op.Kind.MAX : Op.Kind.MIN, where(condition, body, largest ? lowest.negate() : lowest), bound);
  }

  /** Whether the conditions hold for the first, or for the last, of the bound indices. */
  private static boolean isNeverEmpty(List<IndexForm> known, List<Index> bound) {
    return !known.isEmpty() && Stream.of(false, true).anyMatch(last -> known.stream().allMatch(form -> {
      IndexForm at = form;
      for (Index index : bound) {
        long coefficient = form.coefficients().getOrDefault(index, 0L);
        at = at.plus(IndexForm.of(index), -coefficient).plus(IndexForm.constant(last ? index.last() : 0), coefficient);
      }
      return at.least() >= 0;
    }));
  }

  private Term call(Expr.Call call, Optional<Expr> piped, Span span, IndexScope scope) {
    Optional<Callee> callee = session.expressions.callee(call.callee().name(), scope.frame());
    boolean entrywise = callee.isPresent() && (callee.get() instanceof Definition d ? d.sort() == Callee.Sort.FUNCTION
        : callee.get().sort() == Callee.Sort.FUNCTION && !isOverEntries((Builtin) callee.get(), call, piped));
    if (!entrywise) {
      return plain(piped.isEmpty() ? call : new Expr.Pipe(piped.get(), call, span), scope);
    }
    List<Expr.Argument> written = new ArrayList<>();
    piped.ifPresent(value -> written.add(new Expr.Argument(Optional.empty(), value)));
    written.addAll(call.arguments());
    List<Optional<Term>> terms = new ArrayList<>();
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
    return new Term(value, value == Values.POISON || session.values.shape(value).isScalar() ? List.of() : axes);
  }

  /** True of the largest of all entries, which is a function of a matrix. */
  private static boolean isOverEntries(Builtin builtin, Expr.Call call, Optional<Expr> piped) {
    return (builtin == Builtin.Operation.MAX || builtin == Builtin.Operation.MIN) && call.arguments().size() + (piped.isPresent() ? 1 : 0) == 1;
  }

  private boolean isFunction(Expr expr, IndexScope scope) {
    return expr instanceof Expr.Name name && scope.index(name.name()).isEmpty() && !scope.isBound(name.name())
        && session.expressions.callee(name.name(), scope.frame()).isPresent();
  }

  /** @param slices receives an index for each slice; null where slices may not stand */
  private Term subscript(Expr.Subscript subscript, IndexScope scope, List<Index> slices) {
    Optional<Subscripted> operand = ranges.operand(subscript);
    if (operand.isEmpty()) {
      return Term.POISON;
    }
    Subscripted target = operand.get();
    Optional<Term> pad = target.pad().map(value -> type(value, scope)).filter(value -> !session.values.constant(value.value()).filter(Rational::isZero).isPresent());
    if (pad.filter(value -> value.isPoison() || !value.axes().isEmpty()).isPresent()) {
      return Term.POISON;
    }
    int value = pad.map(p -> session.values.add(Op.Operator.SUBTRACT, session.values.shape(target.value()), target.value(), p.value())).orElse(target.value());
    List<Optional<IndexForm>> forms = new ArrayList<>();
    List<Optional<Term>> numbers = new ArrayList<>();
    for (int k = 0; k < subscript.subscripts().size(); k++) {
      Expr at = subscript.subscripts().get(k);
      Optional<IndexForm> form = at instanceof Expr.Slice ? slice(target, k, slices, at) : new IndexForm.Reader(session, scope, target.end(k)).read(at);
      if (form.isEmpty() && (at instanceof Expr.Slice || !number(at, target.size(k), target.pad().isPresent(), scope, numbers))) {
        return Term.POISON;
      }
      if (form.isPresent()) {
        if (!stays(form.get(), target, k, at, scope)) {
          return Term.POISON;
        }
        numbers.add(Optional.empty());
      }
      forms.add(form);
    }
    Term read = read(value, forms, numbers, target.samples(), target.places());
    return pad.isEmpty() || read.isPoison() ? read
        : new Term(session.values.add(Op.Operator.ADD, session.values.shape(read.value()), read.value(), pad.get().value()), read.axes());
  }

  private Optional<IndexForm> slice(Subscripted target, int k, List<Index> slices, Expr at) {
    if (slices == null) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_SUBSCRIPT, at.span(), "a slice may not stand among indices").help("write an index in its place"));
      return Optional.empty();
    }
    Index index = new Index(":", at.span());
    index.resolve(target.size(k));
    slices.add(index);
    return Optional.of(IndexForm.of(index));
  }

  /** A subscript that is whole-number data; adds its value. */
  private boolean number(Expr at, int size, boolean isPadded, IndexScope scope, List<Optional<Term>> numbers) {
    Term term = type(at, scope);
    if (term.isPoison()) {
      return false;
    }
    OptionalLong count = session.count(term.value());
    if (count.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_SUBSCRIPT, at.span(), "`" + Report.excerpt(at.span()) + "` is no subscript")
          .help("a subscript is a sum of indices times whole numbers, or whole-number data: `input word of 100;`"));
      return false;
    } else if (count.getAsLong() > size && !isPadded) {
      session.report.error(Diagnostic.of(ErrorCode.OUTSIDE_AXIS, at.span(), "`" + Report.excerpt(at.span()) + "` counts to " + (count.getAsLong() - 1)
          + ", and this axis has " + size + " entries"));
      return false;
    }
    numbers.add(Optional.of(term));
    return true;
  }

  private boolean stays(IndexForm form, Subscripted target, int k, Expr at, IndexScope scope) {
    int size = target.size(k);
    if (size == Dim.SAMPLES) {
      if (form.isIndex() && form.index().size().getAsInt() == Dim.SAMPLES) {
        return true;
      }
      session.report.error(Diagnostic.of(ErrorCode.OUTSIDE_AXIS, at.span(), "the axis of samples is subscripted by an index alone"));
      return false;
    }
    boolean inside = scope.isNotNegative(new IndexForm(form.coefficients(), form.constant(), 1))
        && scope.isNotNegative(IndexForm.constant(size * form.divisor() - 1).plus(form, -1));
    if (inside || target.pad().isPresent()) {
      return true;
    }
    session.report.error(Diagnostic.of(ErrorCode.OUTSIDE_AXIS, at.span(), "subscript `" + Report.excerpt(at.span()) + "` runs from "
        + Math.floorDiv(form.least(), form.divisor()) + " to " + Math.floorDiv(form.greatest(), form.divisor()) + ", and the axis from 0 to " + (size - 1))
        .help("`pad(..)[..]` reads 0 outside, and `pad(.., v)[..]` reads v"));
    return false;
  }

  /** The value at those positions. Its axes are the indices of its subscripts in their order, and then samples. */
  private Term read(int value, List<Optional<IndexForm>> forms, List<Optional<Term>> numbers, Optional<Integer> sampleAxis, List<Integer> places) {
    List<Index> axes = Stream.concat(IntStream.range(0, forms.size()).boxed().flatMap(k -> forms.get(k)
        .map(form -> form.coefficients().keySet().stream().sorted(Comparator.comparing((Index index) -> index.name)))
        .orElseGet(() -> numbers.get(k).get().axes().stream())), sampleAxis.stream().map(axis -> samples)).distinct().toList();
    List<Op.Position> positions = new ArrayList<>();
    List<Integer> operands = new ArrayList<>(List.of(value));
    for (int axis = 0; axis < session.values.shape(value).axes().size(); axis++) {
      int k = places.indexOf(axis);
      if (k >= 0 && forms.get(k).isEmpty()) {
        Term number = numbers.get(k).get();
        List<Integer> along = new ArrayList<>(number.axes().stream().map(axes::indexOf).toList());
        positions.add(new Op.Position.Number(operands.size(), along));
        operands.add(number.value());
      } else {
        IndexForm form = k >= 0 ? forms.get(k).get() : sampleAxis.equals(Optional.of(axis)) ? IndexForm.of(samples) : IndexForm.constant(0);
        positions.add(new Op.Position.At(Relation.Affine.of(form.terms(axes), form.constant()), form.divisor()));
      }
    }
    return new Term(session.values.add(new Op.Read(positions), shape(axes), operands.stream().mapToInt(Integer::intValue).toArray()), axes);
  }
}
