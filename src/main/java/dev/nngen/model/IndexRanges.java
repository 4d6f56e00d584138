package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Offset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the range of every index of an equation before it is typed: its size, otherwise the extent of each axis that it subscripts alone, otherwise
 * the largest range from 0 for which no subscript leaves its axis.
 */
final class IndexRanges {

  /**
   * An affine subscript and its axis.
   *
   * @param isRange whether the axis determines the range of an index
   */
  private record Use(IndexForm form, Size size, boolean isPadded, boolean isRange, Expr at) {}

  /** A value whose subscripts fit its axes in several ways. */
  private record Ambiguous(Expr.Subscript subscript, List<Subscripted> fits, IndexScope scope) {}

  private final Session session;
  private final IdentityHashMap<Expr, List<Index>> bound = new IdentityHashMap<>();
  private final IdentityHashMap<Expr, Optional<Subscripted>> operands = new IdentityHashMap<>();
  private final List<Index> indices = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();
  private final List<Ambiguous> ambiguous = new ArrayList<>();
  private final Set<Index> inferred = new HashSet<>();
  private boolean failed;
  /** Whether the shape of a subscripted value is still unknown, so that ranges are preliminary. */
  private boolean isOpen;

  IndexRanges(Session session) {
    this.session = session;
  }

  /** Returns the indices that a reduction binds. */
  List<Index> of(Expr.Reduction reduction) {
    return bound.get(reduction);
  }

  /** Returns the subscripted value; empty after a reported error. */
  Optional<Subscripted> operand(Expr.Subscript subscript) {
    return operands.get(subscript);
  }

  /** Whether an entry of a carried value of unknown shape is read. */
  boolean isOpen() {
    return isOpen;
  }

  /** Creates the indices that the text binds, with the written sizes. */
  List<Index> declare(List<Expr.Index> written, Frame frame) {
    List<Index> declared = new ArrayList<>();
    for (Expr.Index one : written) {
      Index index = new Index(one.name().name(), one.name().span(), indices.size());
      failed |= !Declarations.isIndexName(one.name(), session.report);
      if (declared.stream().anyMatch(other -> other.name.equals(index.name))) {
        session.report.error(ErrorCode.DUPLICATE_NAME, index.span, "index `" + index.name + "` is bound twice");
        failed = true;
      }
      one.size().ifPresent(size -> {
        Optional<Size> count = session.sizing.range(size, frame);
        count.ifPresent(index::resolve);
        failed |= count.isEmpty();
      });
      declared.add(index);
      indices.add(index);
    }
    return declared;
  }

  /** Visits an expression and resolves all indices that it uses or binds; returns false if that fails, which is reported. */
  boolean infer(Expr expr, IndexScope scope) {
    walk(expr, scope);
    if (failed) {
      return false;
    }
    alone();
    // A resolved inner subscript may change the meaning of the outer one.
    for (int k = 0; k < ambiguous.size(); k++) {
      Ambiguous one = ambiguous.get(k);
      use(one.subscript, one.fits.stream().filter(fit -> admits(fit, one)).findFirst().orElse(one.fits.get(0)), one.scope);
      alone();
    }
    widest();
    for (Index index : indices) {
      if (index.size().isEmpty() && isOpen) {
        index.resolve(Size.ONE);
      } else if (index.size().isEmpty() && !failed) {
        failed = true;
        if (!isFaulty(expr, scope)) {
          Diagnostic fault = Diagnostic.of(ErrorCode.INDEX_WITHOUT_RANGE, index.span, "cannot infer how many values index `" + index.name + "` has");
          Optional<Index> hiding = indices.stream().filter(other -> other.number > index.number && other.name.equals(index.name)).findFirst();
          session.report.error(hiding.map(other -> fault.note(other.span, "`" + other.name + "` is bound again here and hides the outer index"))
              .orElse(fault).help("give it a size: `" + index.name + ": 4`"));
        }
      }
    }
    return !failed;
  }

  /** Reports undefined names and values without subscripts, which leave indices without a range. */
  private boolean isFaulty(Expr expr, IndexScope scope) {
    boolean isOperand = expr instanceof Expr.Subscript || expr instanceof Expr.Call;
    IndexScope inside = expr instanceof Expr.Reduction reduction ? scope.with(of(reduction)) : scope;
    boolean faulty = expr instanceof Expr.Name name && scope.index(name.name()).isEmpty() && !name.name().equals("end")
        && session.expressions.callee(name.name(), scope.frame()).isEmpty() && isMisused(name, scope.frame());
    for (Expr part : isCarried(expr) ? List.<Expr>of() : NameCheck.parts(expr)) {
      faulty |= !(isOperand && part instanceof Expr.Name operand && scope.isBound(operand.name())) && isFaulty(part, inside);
    }
    return faulty;
  }

  private boolean isMisused(Expr.Name name, Frame frame) {
    int value = session.expressions.value(name, frame);
    boolean isWhole = value != Values.POISON && session.values.shape(value).entries() > 1;
    if (isWhole) {
      session.report.error(Subscripted.missing(name, session.values.shape(value)));
    }
    return value == Values.POISON || isWhole;
  }

  private void walk(Expr expr, IndexScope scope) {
    if (expr instanceof Expr.Reduction reduction) {
      List<Index> declared = declare(reduction.indices(), scope.frame());
      bound.put(reduction, declared);
      IndexScope inside = scope.with(declared);
      reduction.condition().ifPresent(condition -> walk(condition, inside));
      walk(reduction.body(), inside);
    } else if (expr instanceof Expr.Subscript subscript) {
      subscript(subscript, scope);
    } else if (expr instanceof Expr.Binary binary) {
      walk(binary.left(), scope);
      walk(binary.right(), scope);
    } else if (expr instanceof Expr.Unary unary) {
      walk(unary.operand(), scope);
    } else if (expr instanceof Expr.Transpose transpose) {
      walk(transpose.operand(), scope);
    } else if (expr instanceof Expr.Pipe pipe) {
      walk(pipe.value(), scope);
      walk(pipe.call(), scope);
    } else if (expr instanceof Expr.Call call) {
      call.arguments().forEach(argument -> walk(argument.value(), scope));
    }
  }

  private void subscript(Expr.Subscript subscript, IndexScope scope) {
    List<Subscripted> fits = typed(subscript, scope);
    if (fits.size() > 1) {
      ambiguous.add(new Ambiguous(subscript, fits, scope));
    } else if (fits.isEmpty()) {
      operands.put(subscript, Optional.empty());
      failed = true;
    } else {
      use(subscript, fits.get(0), scope);
    }
  }

  private void use(Expr.Subscript subscript, Subscripted operand, IndexScope scope) {
    operands.put(subscript, Optional.of(operand));
    for (int k = 0; k < subscript.subscripts().size() && !operand.isOpen(); k++) {
      Expr at = subscript.subscripts().get(k);
      Size size = operand.size(k);
      Optional<IndexForm> form = form(at, operand, k, scope);
      boolean isRange = !(size.isOne() && isCarried(subscript.operand()));
      form.ifPresent(f -> uses.add(new Use(f, size, operand.pad().isPresent(), isRange, at)));
      if (form.isEmpty() && !(at instanceof Expr.Slice)) {
        walk(at, scope);
      }
    }
  }

  /**
   * Whether the operand is a value of another step. If its definition takes a range from it, its axis of one entry may only mean that nothing else
   * determines the range.
   */
  private static boolean isCarried(Expr operand) {
    return operand instanceof Expr.Call call && (call.callee().name().equals(Builtin.Operation.PREV.label()) || call.callee().name().equals(Builtin.Operation.NEXT.label())
        || call.callee().name().equals("pad") && !call.arguments().isEmpty() && isCarried(call.arguments().get(0).value()));
  }

  private Optional<IndexForm> form(Expr at, Subscripted operand, int k, IndexScope scope) {
    return at instanceof Expr.Slice ? Optional.empty() : new IndexForm.Reader(session, scope, operand.end(k)).read(at);
  }

  /** Whether the subscripts may be for these axes, as far as ranges are known: an index alone subscripts the axis of samples, and nothing else does. */
  private boolean admits(Subscripted fit, Ambiguous one) {
    for (int k = 0; k < one.subscript.subscripts().size(); k++) {
      Expr at = one.subscript.subscripts().get(k);
      Optional<IndexForm> form = form(at, fit, k, one.scope);
      Optional<Size> range = form.filter(IndexForm::isIndex).flatMap(f -> f.index().size());
      boolean isSampled = fit.size(k).isSamples();
      boolean misfits = range.isPresent() && (range.get().isSamples() != isSampled || !isSampled && fit.pad().isEmpty() && isLonger(range.get(), fit.size(k)));
      if (misfits || isSampled && !(at instanceof Expr.Slice) && form.filter(IndexForm::isIndex).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private List<Subscripted> typed(Expr.Subscript subscript, IndexScope scope) {
    Expr written = subscript.operand();
    Optional<Expr> pad = Optional.empty();
    if (written instanceof Expr.Call call && call.callee().name().equals("pad") && (call.arguments().size() == 1 || call.arguments().size() == 2)) {
      written = call.arguments().get(0).value();
      pad = Optional.of(call.arguments().size() == 1 ? new Expr.Literal("0", call.span()) : call.arguments().get(1).value());
    }
    int value = session.expressions.value(written, scope.frame());
    if (value == Values.POISON) {
      return List.of();
    }
    Shape shape = session.values.shape(value);
    if (session.values.isOpen(value)) {
      isOpen = true;
      return List.of(Subscripted.open(value, pad).outside(session, scope.frame().rows));
    }
    List<Subscripted> fits = Subscripted.fits(value, pad, shape, subscript.subscripts().size(), session.units.isReduced(value));
    if (fits.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.SUBSCRIPT_COUNT, subscript.span(), "`" + FaultReport.excerpt(written.span()) + "` has the axes "
          + Subscripted.text(shape) + ", but " + subscript.subscripts().size() + (subscript.subscripts().size() == 1 ? " subscript is given" : " subscripts are given"))
          .help("an entry is written with a subscript for each axis; that of m may be left out"));
    }
    return fits.stream().map(subscripted -> subscripted.outside(session, scope.frame().rows)).toList();
  }

  private void alone() {
    for (Use use : uses) {
      if (use.form().isIndex()) {
        Index index = use.form().index();
        if (index.size().isEmpty()) {
          range(index, use);
        } else if (inferred.contains(index) ? !index.size().get().equals(use.size())
            : isSamples(index, use) || !use.isPadded() && isLonger(index.size().get(), use.size())) {
          clash(index, use);
        }
      }
    }
  }

  private void range(Index index, Use use) {
    if (use.isRange()) {
      index.resolve(use.size());
      inferred.add(index);
    }
  }

  private static boolean isLonger(Size range, Size axis) {
    return range.isKnown() && axis.isKnown() && range.number() > axis.number();
  }

  private static boolean isSamples(Index index, Use use) {
    return index.size().get().isSamples() != use.size().isSamples();
  }

  private void clash(Index index, Use use) {
    failed = true;
    session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, use.at().span(), "index `" + index.name + "` has " + index.size().get().values()
        + ", but this axis has " + use.size().values()).note(index.span, "the index is bound here"));
  }

  /** Sets the range of an index. A range must be a number or a size, because the class has no name for any other. */
  private void resolve(Index index, Offset values) {
    if (values.isNumber() && values.number() > 0 && values.number() < Integer.MAX_VALUE) {
      index.resolve(Size.of((int) values.number()));
    } else if (!values.isNumber()) {
      Optional<Size> whole = session.runtime().stream().filter(size -> size.offset().equals(values)).findFirst();
      whole.ifPresentOrElse(index::resolve, () -> {
        failed = true;
        session.report.error(Diagnostic.of(ErrorCode.INDEX_WITHOUT_RANGE, index.span, "index `" + index.name + "` would have " + values + " values, and only whole sizes are known at run time")
            .help("give it a size, and read zeros outside: `" + index.name + ": " + values.multiples().keySet().iterator().next() + "` and `pad(..)`"));
      });
    }
  }

  /** Widens each index in source order to the largest range that leaves no axis. */
  private void widest() {
    for (Index index : indices) {
      if (index.size().isEmpty()) {
        Optional<Offset> range = Optional.empty();
        for (Use use : uses) {
          long coefficient = use.form().coefficients().getOrDefault(index, 0L);
          boolean others = use.form().coefficients().keySet().stream().allMatch(other -> other == index || other.size().isPresent());
          if (coefficient != 0 && others && !use.isPadded() && use.isRange()) {
            IndexForm rest = use.form().plus(IndexForm.of(index), -coefficient);
            Offset room = coefficient > 0 ? use.size().offset().times(use.form().divisor()).plus(-1).minus(rest.greatest()) : rest.least();
            if (!room.isNumber() && Math.abs(coefficient) > 1) {
              continue;
            }
            Offset values = room.isNumber() ? Offset.of(Math.floorDiv(room.number(), Math.abs(coefficient)) + 1) : room.plus(1);
            range = range.filter(known -> values.minus(known).isNeverNegative()).or(() -> Optional.of(values));
          }
        }
        range.ifPresent(values -> resolve(index, values));
      }
    }
  }
}
