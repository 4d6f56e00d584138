package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.ir.Relation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Types comparisons of affine expressions of indices as relations, and derives bounds of subscripts from them. */
record IndexConditions(Session session) {

  /** Maximum number of values tried for one index. */
  private static final int WITNESSES = 12;
  /** Maximum number of combinations of all indices' values that are tried exhaustively. */
  private static final int FEW = 20_000;

  /** Returns a comparison of affine expressions of indices; empty for others. */
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

  /** Returns the right side minus the left one; empty if they are not affine or not compared. */
  private Optional<IndexForm> difference(Expr.Binary binary, IndexScope scope) {
    boolean compares = switch (binary.op()) {
      case LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, NOT_EQUAL -> true;
      default -> false;
    };
    IndexForm.Reader reader = new IndexForm.Reader(session, scope, Optional.empty());
    Optional<IndexForm> left = compares ? reader.read(binary.left()).filter(form -> form.divisor() == 1) : Optional.empty();
    return left.flatMap(l -> reader.read(binary.right()).filter(form -> form.divisor() == 1).map(r -> r.plus(l, -1)));
  }

  /** Returns expressions that are nonnegative if the comparison holds, given the difference of its sides. */
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

  /** Returns the conditions of which a conjunction is made. */
  static List<Expr> conjuncts(Expr condition) {
    return condition instanceof Expr.Binary binary && binary.op() == BinaryOp.AND
        ? Stream.concat(conjuncts(binary.left()).stream(), conjuncts(binary.right()).stream()).toList() : List.of(condition);
  }

  /** Returns expressions that are nonnegative if the condition holds. */
  List<IndexForm> impliedBy(Expr condition, IndexScope scope) {
    return conjuncts(condition).stream().filter(Expr.Binary.class::isInstance).map(Expr.Binary.class::cast)
        .flatMap(binary -> difference(binary, scope).stream().flatMap(form -> notNegative(binary.op(), form).stream())).toList();
  }

  /**
   * Whether some values of the bound indices satisfy the condition for all values of the others. It tries the first and last values, those at which a
   * comparison begins to hold, and all if there are few.
   */
  boolean isNeverEmpty(Expr condition, IndexScope scope, List<Index> bound) {
    List<IndexForm> affine = comparisons(condition).stream().flatMap(binary -> difference(binary, scope).stream()).toList();
    if (witnesses(bound, affine).stream().anyMatch(witness -> holds(condition, scope, witness, true))) {
      return true;
    }
    List<Index> free = affine.stream().flatMap(form -> form.indices().stream()).filter(index -> !bound.contains(index)).distinct().toList();
    return count(Stream.concat(free.stream(), bound.stream()).toList()) <= FEW && constants(free).stream().allMatch(outer -> constants(bound).stream().anyMatch(inner -> {
      Map<Index, IndexForm> all = new HashMap<>(outer);
      all.putAll(inner);
      return holds(condition, scope, all, true);
    }));
  }

  /** Returns the number of combinations of the indices' values; infinite if a range is known only at run time. */
  private static double count(List<Index> indices) {
    return indices.stream().mapToDouble(index -> index.last().isNumber() ? index.last().number() + 1.0 : Double.POSITIVE_INFINITY).reduce(1, (a, b) -> a * b);
  }

  /** Returns all combinations of the indices' values. */
  private static List<Map<Index, IndexForm>> constants(List<Index> indices) {
    List<Map<Index, IndexForm>> all = List.of(Map.of());
    for (Index index : indices) {
      all = all.stream().flatMap(before -> LongStream.rangeClosed(0, index.last().number()).mapToObj(number -> {
        Map<Index, IndexForm> more = new HashMap<>(before);
        more.put(index, IndexForm.constant(number));
        return more;
      })).toList();
    }
    return all;
  }

  /** Returns candidate expressions for the bound indices, within their ranges. */
  private static List<Map<Index, IndexForm>> witnesses(List<Index> bound, List<IndexForm> differences) {
    List<Map<Index, IndexForm>> all = List.of(Map.of());
    for (Index index : bound) {
      Stream<IndexForm> ends = Stream.of(IndexForm.constant(0), IndexForm.constant(index.last()));
      Stream<IndexForm> starts = differences.stream().filter(form -> Math.abs(form.coefficients().getOrDefault(index, 0L)) == 1)
          .flatMap(form -> LongStream.of(0, 1, -1).mapToObj(step -> boundary(form, index, step)))
          .filter(form -> bound.stream().noneMatch(form.coefficients()::containsKey) && form.least().isNeverNegative() && index.last().minus(form.greatest()).isNeverNegative());
      List<IndexForm> tried = Stream.concat(ends, starts).distinct().limit(WITNESSES).toList();
      List<Map<Index, IndexForm>> before = all;
      all = tried.stream().flatMap(form -> before.stream().map(witness -> {
        Map<Index, IndexForm> more = new HashMap<>(witness);
        more.put(index, form);
        return more;
      })).limit((long) WITNESSES * WITNESSES * WITNESSES).toList();
    }
    return all;
  }

  /** Solves for the index, whose coefficient is 1 or -1, at which the form equals the number. */
  private static IndexForm boundary(IndexForm form, Index index, long number) {
    long coefficient = form.coefficients().get(index);
    return form.plus(IndexForm.of(index), -coefficient).plus(IndexForm.constant(number), -1).times(-coefficient);
  }

  private static List<Expr.Binary> comparisons(Expr condition) {
    Stream<Expr.Binary> own = condition instanceof Expr.Binary binary ? Stream.of(binary) : Stream.of();
    return Stream.concat(own, NameCheck.parts(condition).stream().flatMap(part -> comparisons(part).stream())).toList();
  }

  /** Whether the condition is certainly true, or certainly false, with these expressions for the indices. */
  private boolean holds(Expr condition, IndexScope scope, Map<Index, IndexForm> witness, boolean wanted) {
    if (condition instanceof Expr.Unary unary && unary.op() == Expr.UnaryOp.NOT) {
      return holds(unary.operand(), scope, witness, !wanted);
    } else if (!(condition instanceof Expr.Binary binary)) {
      return false;
    } else if (binary.op() == BinaryOp.AND || binary.op() == BinaryOp.OR) {
      boolean left = holds(binary.left(), scope, witness, wanted);
      boolean right = holds(binary.right(), scope, witness, wanted);
      return (binary.op() == BinaryOp.AND) == wanted ? left && right : left || right;
    }
    return difference((Expr.Binary) condition, scope).map(form -> compares(wanted ? ((Expr.Binary) condition).op() : opposite(((Expr.Binary) condition).op()),
        replaced(form, witness))).orElse(false);
  }

  private static IndexForm replaced(IndexForm form, Map<Index, IndexForm> witness) {
    IndexForm at = form;
    for (Map.Entry<Index, IndexForm> index : witness.entrySet()) {
      long coefficient = form.coefficients().getOrDefault(index.getKey(), 0L);
      at = at.plus(IndexForm.of(index.getKey()), -coefficient).plus(index.getValue(), coefficient);
    }
    return at;
  }

  /** Whether the comparison holds for all indices, given the difference of its sides. */
  private static boolean compares(BinaryOp op, IndexForm difference) {
    return op == BinaryOp.NOT_EQUAL ? difference.times(-1).greatest().isAlwaysNegative() || difference.greatest().isAlwaysNegative()
        : notNegative(op, difference).stream().allMatch(form -> form.least().isNeverNegative());
  }

  private static BinaryOp opposite(BinaryOp op) {
    return switch (op) {
      case LESS -> BinaryOp.AT_LEAST;
      case AT_MOST -> BinaryOp.GREATER;
      case GREATER -> BinaryOp.AT_MOST;
      case AT_LEAST -> BinaryOp.LESS;
      case EQUAL -> BinaryOp.NOT_EQUAL;
      default -> BinaryOp.EQUAL;
    };
  }
}
