package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Types values with subscripts. A subscript is an affine expression of indices that stays within its axis, or integer data.
 *
 * @param types the value of an expression among indices
 * @param samples the index of an axis of samples that the text leaves out
 */
record IndexReads(Session session, IndexRanges ranges, Index samples, BiFunction<Expr, IndexScope, IndexTerm> types) {

  /**
   * Returns the value of a subscripted value.
   *
   * @param slices receives an index for each slice; empty in index code, where a slice is an error
   */
  IndexTerm subscript(Expr.Subscript subscript, IndexScope scope, Optional<List<Index>> slices) {
    Optional<Subscripted> operand = ranges.operand(subscript);
    if (operand.isEmpty()) {
      return IndexTerm.POISON;
    }
    Subscripted target = operand.get();
    if (target.isOpen()) {
      return read(target.value(), List.of(), List.of(), target);
    }
    Optional<IndexTerm> pad = target.pad().map(value -> types.apply(value, scope)).filter(value -> !session.values.constant(value.value()).filter(Rational::isZero).isPresent());
    if (pad.filter(value -> value.isPoison() || !value.axes().isEmpty()).isPresent()) {
      return IndexTerm.POISON;
    }
    int value = pad.map(p -> session.values.add(Op.Operator.SUBTRACT, session.values.shape(target.value()), target.value(), p.value())).orElse(target.value());
    List<Optional<IndexForm>> forms = new ArrayList<>();
    List<Optional<IndexTerm>> numbers = new ArrayList<>();
    for (int k = 0; k < subscript.subscripts().size(); k++) {
      Expr at = subscript.subscripts().get(k);
      Optional<IndexForm> form = at instanceof Expr.Slice ? slice(target, k, slices, at) : new IndexForm.Reader(session, scope, target.end(k)).read(at);
      if (form.isEmpty() && (at instanceof Expr.Slice || !number(at, target.size(k), target.pad().isPresent(), scope, numbers))) {
        return IndexTerm.POISON;
      }
      if (form.isPresent()) {
        if (!stays(form.get(), target, k, at, scope)) {
          return IndexTerm.POISON;
        }
        numbers.add(Optional.empty());
      }
      forms.add(form);
    }
    IndexTerm read = read(value, forms, numbers, target);
    return pad.isEmpty() || read.isPoison() ? read
        : new IndexTerm(session.values.add(Op.Operator.ADD, session.values.shape(read.value()), read.value(), pad.get().value()), read.axes());
  }

  private Optional<IndexForm> slice(Subscripted target, int k, Optional<List<Index>> slices, Expr at) {
    if (slices.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_SUBSCRIPT, at.span(), "a slice is not allowed among indices").help("write an index instead"));
      return Optional.empty();
    }
    Index index = new Index(":", at.span(), k);
    index.resolve(target.size(k));
    slices.get().add(index);
    return Optional.of(IndexForm.of(index));
  }

  /** Whether the subscript is integer data; adds its value. */
  private boolean number(Expr at, Size size, boolean isPadded, IndexScope scope, List<Optional<IndexTerm>> numbers) {
    IndexTerm term = types.apply(at, scope);
    if (term.isPoison()) {
      return false;
    }
    OptionalLong count = session.count(term.value());
    if (count.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_SUBSCRIPT, at.span(), "`" + FaultReport.excerpt(at.span()) + "` is not a subscript")
          .help(at instanceof Expr.Binary binary && binary.op() == Expr.BinaryOp.DIVIDE ? "`floor(" + FaultReport.excerpt(at.span()) + ")` rounds down"
              : "a subscript is a sum of integer multiples of indices, or integer data: `input word of 100;`"));
      return false;
    } else if ((!size.isKnown() || count.getAsLong() > size.number()) && !isPadded) {
      session.report.error(Diagnostic.of(ErrorCode.OUTSIDE_AXIS, at.span(), "`" + FaultReport.excerpt(at.span()) + "` counts to " + (count.getAsLong() - 1)
          + ", but this axis has " + size + " entries"));
      return false;
    }
    session.axes.onehot(session.datum(term.value()), scope.frame().rows);
    numbers.add(Optional.of(term));
    return true;
  }

  private boolean stays(IndexForm form, Subscripted target, int k, Expr at, IndexScope scope) {
    Size size = target.size(k);
    if (size.isSamples()) {
      if (form.isIndex() && form.index().size().get().isSamples()) {
        return true;
      }
      session.report.error(Diagnostic.of(ErrorCode.OUTSIDE_AXIS, at.span(), "the subscript of the axis of samples must be an index alone"));
      return false;
    }
    boolean inside = scope.isNotNegative(new IndexForm(form.coefficients(), form.constant(), 1))
        && scope.isNotNegative(IndexForm.constant(size.offset().times(form.divisor()).plus(-1)).plus(form, -1));
    if (inside || target.pad().isPresent()) {
      return true;
    }
    String least = quotient(form.least(), form.divisor());
    String greatest = quotient(form.greatest(), form.divisor());
    String runs = least.equals(greatest) ? "is " + least : "runs from " + least + " to " + greatest;
    Diagnostic fault = Diagnostic.of(ErrorCode.OUTSIDE_AXIS, at.span(), "subscript `" + FaultReport.excerpt(at.span()) + "` " + runs + ", but the axis runs from 0 to "
        + size.offset().plus(-1)).help("`pad(..)[..]` reads 0 outside, and `pad(.., v)[..]` reads v");
    session.report.error(form.indices().isEmpty() ? fault.help("`end` is the last index, and `end - 1` the one before it") : fault);
    return false;
  }

  private static String quotient(Offset number, long divisor) {
    return number.isNumber() ? Long.toString(Math.floorDiv(number.number(), divisor)) : divisor == 1 ? number.toString() : "(" + number + ") / " + divisor;
  }

  /** Returns the value at those positions. Its axes are the indices of its subscripts in their order, then those of enclosing blocks, then samples. */
  IndexTerm read(int value, List<Optional<IndexForm>> forms, List<Optional<IndexTerm>> numbers, Subscripted target) {
    Optional<Integer> sampleAxis = target.samples();
    List<Integer> places = target.places();
    Stream<Index> subscripts = IntStream.range(0, forms.size()).boxed().flatMap(k -> forms.get(k).map(form -> form.indices().stream())
        .orElseGet(() -> numbers.get(k).get().axes().stream()));
    List<Index> axes = Stream.of(subscripts, target.blocks().values().stream(), sampleAxis.stream().map(axis -> samples)).flatMap(index -> index).distinct().toList();
    List<Op.Position> positions = new ArrayList<>();
    Map<Integer, IndexForm> named = new TreeMap<>();
    List<Integer> operands = new ArrayList<>(List.of(value));
    for (int axis = 0; axis < session.values.shape(value).axes().size(); axis++) {
      int k = places.indexOf(axis);
      if (k >= 0 && forms.get(k).isEmpty()) {
        IndexTerm number = numbers.get(k).get();
        List<Integer> along = new ArrayList<>(number.axes().stream().map(axes::indexOf).toList());
        positions.add(new Op.Position.Number(operands.size(), along));
        operands.add(number.value());
      } else {
        IndexForm form = k >= 0 ? forms.get(k).get() : sampleAxis.equals(Optional.of(axis)) ? IndexForm.of(samples)
            : Optional.ofNullable(target.blocks().get(axis)).map(IndexForm::of).orElse(IndexForm.constant(0));
        named.put(axis, form);
        positions.add(new Op.Position.At(Relation.Affine.of(form.terms(axes), form.constant()), form.divisor()));
      }
    }
    session.indexNames.read(value, positions.size(), named);
    return new IndexTerm(session.values.add(new Op.Read(positions), IndexTerm.shape(axes), operands.stream().mapToInt(Integer::intValue).toArray()), axes);
  }
}
