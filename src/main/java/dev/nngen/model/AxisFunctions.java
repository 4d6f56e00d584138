package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Types built-in functions that create or merge axes of values with any number of axes: {@code flatten(X)}, {@code onehot(word)}. */
final class AxisFunctions {

  private final Session session;
  private final Values values;

  AxisFunctions(Session session) {
    this.session = session;
    this.values = session.values;
  }

  /** Merges all axes except the axis of samples, in row-major order. */
  int flat(int operand, boolean rows, Span span) {
    Shape shape = values.shape(operand);
    if (!shape.isTensor()) {
      return operand;
    }
    List<Size> axes = shape.axes();
    List<Integer> over = IntStream.range(0, axes.size()).filter(axis -> !axes.get(axis).isSamples()).boxed().toList();
    if (over.stream().anyMatch(axis -> !axes.get(axis).isKnown())) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, span, "`flatten` makes one axis of several, and these are " + Subscripted.text(shape))
          .help("an axis is one size; where a size is known at run time, write an index equation or a matrix product, which needs no flat axis"));
      return Values.POISON;
    }
    Relation.Affine place = Relation.Affine.constant(0);
    int length = 1;
    for (int k = over.size() - 1; k >= 0; k--) {
      place = place.plus(Relation.Affine.axis(over.get(k)).times(length));
      length *= axes.get(over.get(k)).number();
    }
    List<Size> all = new ArrayList<>(axes);
    all.add(Size.of(length));
    Shape entries = new Shape(new Dim(all), Dim.ONE);
    int isAt = values.add(new Op.Holds(Relation.Kind.ZERO, place.minus(Relation.Affine.axis(axes.size()))), entries);
    int entry = values.add(new Op.Align(IntStream.range(0, axes.size()).boxed().toList()), entries, operand);
    List<Integer> kept = new ArrayList<>(IntStream.range(0, axes.size()).filter(axis -> !over.contains(axis)).boxed().toList());
    kept.add(rows ? kept.size() : 0, axes.size());
    List<Size> left = kept.stream().map(all::get).toList();
    int product = values.add(Op.Operator.MULTIPLY, entries, isAt, entry);
    int folded = values.add(new Op.Fold(Op.Kind.SUM, kept), new Shape(new Dim(left), Dim.ONE), product);
    List<Integer> places = new ArrayList<>(IntStream.range(0, left.size()).boxed().toList());
    places.add(left.size() == 1 ? 1 : left.size());
    return values.add(new Op.Align(places), Shape.of(left, rows), folded);
  }

  /** Returns a column for each integer; poison after a reported error if the operand is not integer data. */
  int onehot(int word, Invocation call) {
    return isCounted(word, call) ? onehot(word, call.frame().rows) : Values.POISON;
  }

  /** Returns the number of values of the integers. */
  int classes(int word, Invocation call) {
    return isCounted(word, call) ? values.number(session.count(word).getAsLong()) : Values.POISON;
  }

  private boolean isCounted(int word, Invocation call) {
    if (session.count(word).isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_VALUE, call.span(), "`" + call.callee().label() + "` takes integer data")
          .help("they are declared with how many numbers there are: `input word of 100;`"));
    }
    return session.count(word).isPresent();
  }

  /**
   * Returns 1 at the class of the number and 0 elsewhere. Each column has exactly one 1, which is recorded as a fact: numbers are at least 0 and less
   * than their count.
   */
  int onehot(int word, boolean rows) {
    List<Size> others = axes(values.shape(word));
    int classAxis = rows ? others.size() : 0;
    List<Size> all = new ArrayList<>(others);
    all.add(classAxis, Size.of(Math.toIntExact(session.count(word).getAsLong())));
    Shape shape = Shape.of(all, rows);
    int counter = values.add(new Op.Counter(), new Shape(new Dim(all.get(classAxis)), Dim.ONE));
    int classes = values.add(new Op.Align(List.of(classAxis, all.size())), shape, counter);
    int column = values.add(Op.Operator.EQUAL, shape, classes, values.add(new Op.Align(places(word, classAxis, all.size())), shape, word));
    Shape sums = rows ? new Shape(shape.rows(), Dim.ONE) : new Shape(Dim.ONE, shape.columns());
    session.assume(new Model.Fact.Equality(values.add(new Op.Reduce(Op.Kind.SUM, !rows, rows), sums, column), values.number(Rational.ONE)));
    return column;
  }

  /** Returns the declared axes of integers: one number for each sample has only the axis of samples. */
  static List<Size> axes(Shape shape) {
    return shape.isTensor() || !shape.axes().contains(Size.ONE) ? shape.axes() : shape.axes().stream().filter(size -> !size.isOne()).toList();
  }

  private List<Integer> places(int word, int classAxis, int rank) {
    List<Size> axes = values.shape(word).axes();
    boolean dropsOnes = axes(values.shape(word)).size() < axes.size();
    List<Integer> places = new ArrayList<>();
    int next = 0;
    for (Size size : axes) {
      next += next == classAxis ? 1 : 0;
      places.add(dropsOnes && size.isOne() ? rank : next++);
    }
    return places;
  }
}
