package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.DataKind;
import dev.nngen.ast.Statement.Fact;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Types {@code input} and {@code target} statements. With one size, or none, a declaration has m samples; with two sizes it is a matrix of that
 * shape, equal for all batches.
 */
final class DataDeclarations {

  private final Session session;
  private final List<Model.Data> declared;

  DataDeclarations(Session session) {
    this.session = session;
    this.declared = session.data;
  }

  List<Model.Data> declared() {
    return declared;
  }

  /** Returns the value of the data; poison after a reported error. */
  int declare(DataDecl decl, Frame frame) {
    Optional<List<Size>> all = sizes(decl, frame);
    OptionalInt count = decl.count().map(c -> session.sizing.number(c, frame)).orElse(OptionalInt.empty());
    if (all.isEmpty() || decl.count().isPresent() && count.isEmpty()) {
      return Values.POISON;
    }
    Shape shape = shape(all.get(), frame.rows);
    if (session.operators.isTooLarge(shape, decl.name().span())) {
      return Values.POISON;
    }
    declared.add(new Model.Data(decl.name().name(), decl.kind() == DataKind.TARGET, shape, count));
    int value = session.values.add(new Op.Data(declared.size() - 1), shape);
    if (decl.sizes().isEmpty() && all.get().contains(Size.ONE)) {
      session.units.without(value);
    }
    count.ifPresent(numbers -> session.assume(new Model.Fact.Range(value, new Interval(0, false, numbers - 1, false))));
    return value;
  }

  /** Returns the axes of a declaration; {@code m} is written last, or first if samples are rows. */
  private Optional<List<Size>> sizes(DataDecl decl, Frame frame) {
    List<Expr> written = new ArrayList<>(decl.sizes());
    int end = frame.rows ? 0 : written.size() - 1;
    // A model that defines m itself gets an error for that; its m has the defined value.
    boolean sampled = !written.isEmpty() && isSamples(written.get(end)) && !frame.bindings.containsKey("m");
    if (sampled) {
      written.remove(end);
    }
    Optional<List<Size>> sizes = session.sizing.sizes(written, frame);
    boolean perSample = sampled || decl.sizes().size() < 2 || decl.count().isPresent();
    return sizes.map(fixed -> {
      List<Size> axes = new ArrayList<>(fixed.isEmpty() && perSample ? List.of(Size.ONE) : fixed);
      if (perSample) {
        axes.add(frame.rows ? 0 : axes.size(), Size.SAMPLES);
      }
      return axes;
    });
  }

  /** Whether a size is {@code m}. */
  static boolean isSamples(Expr size) {
    return size instanceof Expr.Name name && name.name().equals("m");
  }

  private static Shape shape(List<Size> axes, boolean rows) {
    return axes.size() == 2 ? Shape.of(axes.get(0), axes.get(1)) : Shape.of(axes, rows);
  }

  /** Records the facts after {@code where}. */
  void facts(DataDecl decl, Frame frame) {
    for (Fact fact : decl.facts()) {
      if (fact instanceof Fact.Range range) {
        range(range, frame, decl);
      } else {
        equality((Fact.Equality) fact, frame, decl);
      }
    }
  }

  private void range(Fact.Range fact, Frame frame, DataDecl decl) {
    int value = session.expressions.value(fact.value(), frame);
    Optional<Interval> interval = session.intervals.of(fact.interval(), frame);
    if (value != Values.POISON && interval.isPresent() && isOfData(value, fact, decl)) {
      session.assume(new Model.Fact.Range(value, interval.get()));
    }
  }

  private void equality(Fact.Equality fact, Frame frame, DataDecl decl) {
    int left = session.expressions.value(fact.left(), frame);
    int right = session.expressions.value(fact.right(), frame);
    if (left == Values.POISON || right == Values.POISON) {
      return;
    }
    boolean turned = session.values.constant(left).isPresent();
    Shape a = session.values.shape(turned ? right : left);
    Shape b = session.values.shape(turned ? left : right);
    if (!b.isScalar() && !a.equals(b)) {
      session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, fact.span(), "the sides cannot be equal: "
          + session.values.shape(left) + " and " + session.values.shape(right)));
    } else if (isOfData(turned ? right : left, fact, decl) && isFree(turned ? left : right, fact)) {
      session.assume(turned ? new Model.Fact.Equality(right, left) : new Model.Fact.Equality(left, right));
    }
  }

  /** Checks that a fact is about data; a fact about anything else would be a claim about training. */
  private boolean isOfData(int value, Fact fact, DataDecl decl) {
    Dependence dependence = Dependence.of(session);
    if (!dependence.onData(value)) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_FACT, fact.span(), "the fact is not about `"
          + decl.name().name() + "`")
          .help("`where` states facts about data, such as `colsum(Y) == 1`"));
      return false;
    }
    return isFree(value, fact);
  }

  private boolean isFree(int value, Fact fact) {
    if (Dependence.of(session).onParameters(value)) {
      session.report.error(ErrorCode.INVALID_FACT, fact.span(), "a fact cannot be about parameters, which change in training");
      return false;
    }
    return true;
  }
}
