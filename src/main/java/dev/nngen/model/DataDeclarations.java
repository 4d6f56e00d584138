package dev.nngen.model;

import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.DataKind;
import dev.nngen.ast.Statement.Fact;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Interval;
import java.util.List;
import java.util.Optional;

/**
 * {@code input} and {@code target} statements. With one size, or none, a declaration has m samples; with two it is a matrix
 * of that shape, the same for every batch.
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

  /** The value of the data; poison where the statement is faulty. */
  int declare(DataDecl decl, Frame frame) {
    Optional<List<Integer>> all = session.sizing.sizes(decl.sizes(), frame);
    if (all.isEmpty()) {
      return Values.POISON;
    }
    List<Integer> sizes = all.get();
    if (sizes.size() > 2) {
      session.report.error(ErrorCode.NOT_SUPPORTED, decl.name().span(), "`" + decl.name().name() + "` has " + sizes.size()
          + " sizes; more than two are not supported yet");
      return Values.POISON;
    }
    Shape shape = shape(sizes, frame.rows);
    if (session.operators.isTooLarge(shape, decl.name().span())) {
      return Values.POISON;
    }
    declared.add(new Model.Data(decl.name().name(), decl.kind() == DataKind.TARGET, shape));
    return session.values.add(new Op.Data(declared.size() - 1), shape);
  }

  private static Shape shape(List<Integer> sizes, boolean rows) {
    if (sizes.size() == 2) {
      return Shape.of(sizes.get(0), sizes.get(1));
    }
    Dim features = new Dim(sizes.isEmpty() ? 1 : sizes.get(0));
    return rows ? new Shape(Dim.BATCH, features) : new Shape(features, Dim.BATCH);
  }

  /** Takes what stands behind {@code where} for true. */
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

  /** A fact that speaks of something else than data would be a claim about training. */
  private boolean isOfData(int value, Fact fact, DataDecl decl) {
    Dependence dependence = Dependence.of(session.values.all(), declared);
    if (!dependence.onData(value)) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_FACT, fact.span(), "the fact does not speak of `"
          + decl.name().name() + "`")
          .help("behind `where` stand facts about data, such as `colsum(Y) == 1`"));
      return false;
    }
    return isFree(value, fact);
  }

  private boolean isFree(int value, Fact fact) {
    if (Dependence.of(session.values.all(), declared).onParameters(value)) {
      session.report.error(ErrorCode.INVALID_FACT, fact.span(), "a fact cannot speak of parameters, which change in training");
      return false;
    }
    return true;
  }
}
