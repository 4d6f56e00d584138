package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Comparisons of affine expressions of indices: relations of the graph, and what is known of subscripts where they hold. */
record IndexConditions(Session session) {

  /** A comparison of affine expressions of indices; empty for others. */
  Optional<IndexTerm> condition(Expr.Binary binary, IndexScope scope) {
    Optional<IndexForm> difference = difference(binary, scope).filter(form -> !form.isConstant());
    return difference.map(form -> switch (binary.op()) {
      case EQUAL -> holds(Relation.Kind.ZERO, form);
      case NOT_EQUAL -> {
        IndexTerm equal = holds(Relation.Kind.ZERO, form);
        yield new IndexTerm(session.values.add(Op.Operator.NOT, session.values.shape(equal.value()), equal.value()), equal.axes());
      }
      default -> holds(Relation.Kind.NOT_NEGATIVE, notNegative(binary.op(), form).get(0));
    });
  }

  /** The right side less the left one; empty if these are not affine, or not compared. */
  private Optional<IndexForm> difference(Expr.Binary binary, IndexScope scope) {
    boolean compares = switch (binary.op()) {
      case LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, NOT_EQUAL -> true;
      default -> false;
    };
    IndexForm.Reader reader = new IndexForm.Reader(session, scope, Optional.empty());
    Optional<IndexForm> left = compares ? reader.read(binary.left()).filter(form -> form.divisor() == 1) : Optional.empty();
    return left.flatMap(l -> reader.read(binary.right()).filter(form -> form.divisor() == 1).map(r -> r.plus(l, -1)));
  }

  /** Expressions that are not negative where the comparison holds, of a difference of its sides. */
  private static List<IndexForm> notNegative(BinaryOp op, IndexForm difference) {
    IndexForm one = IndexForm.constant(1);
    return switch (op) {
      case LESS -> List.of(difference.plus(one, -1));
      case AT_MOST -> List.of(difference);
      case GREATER -> List.of(difference.times(-1).plus(one, -1));
      case AT_LEAST -> List.of(difference.times(-1));
      case EQUAL -> List.of(difference, difference.times(-1));
      default -> List.of();
    };
  }

  private IndexTerm holds(Relation.Kind kind, IndexForm form) {
    List<Index> axes = form.indices();
    return new IndexTerm(session.values.add(new Op.Holds(kind, Relation.Affine.of(form.terms(axes), form.constant())), IndexTerm.shape(axes)), axes);
  }

  /** What holds wherever the condition does, as expressions that are not negative. */
  List<IndexForm> known(Expr condition, IndexScope scope) {
    if (!(condition instanceof Expr.Binary binary)) {
      return List.of();
    }
    return binary.op() == BinaryOp.AND ? Stream.concat(known(binary.left(), scope).stream(), known(binary.right(), scope).stream()).toList()
        : difference(binary, scope).map(form -> notNegative(binary.op(), form)).orElse(List.of());
  }

  /** Whether the conditions hold for the first, or for the last, of the bound indices. */
  static boolean isNeverEmpty(List<IndexForm> known, List<Index> bound) {
    return !known.isEmpty() && Stream.of(false, true).anyMatch(last -> known.stream().allMatch(form -> {
      IndexForm at = form;
      for (Index index : bound) {
        long coefficient = form.coefficients().getOrDefault(index, 0L);
        at = at.plus(IndexForm.of(index), -coefficient).plus(IndexForm.constant(last ? index.last() : Offset.ZERO), coefficient);
      }
      return at.least().isNeverNegative();
    }));
  }
}
