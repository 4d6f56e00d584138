package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A subscript {@code floor((a i + b j + ... + constant) / divisor)} with integers.
 *
 * @param coefficients of indices, none zero
 */
record IndexForm(Map<Index, Long> coefficients, Offset constant, long divisor) {

  IndexForm {
    coefficients = Map.copyOf(coefficients);
  }

  static IndexForm constant(long value) {
    return constant(Offset.of(value));
  }

  static IndexForm constant(Offset value) {
    return new IndexForm(Map.of(), value, 1);
  }

  static IndexForm of(Index index) {
    return new IndexForm(Map.of(index, 1L), Offset.ZERO, 1);
  }

  /** Whether it is an index alone. */
  boolean isIndex() {
    return divisor == 1 && constant.isZero() && coefficients.size() == 1 && coefficients.containsValue(1L);
  }

  Index index() {
    return coefficients.keySet().iterator().next();
  }

  boolean isConstant() {
    return coefficients.isEmpty();
  }

  /** Whether it is a number, regardless of the lengths of axes. */
  boolean isNumber() {
    return isConstant() && constant.isNumber();
  }

  IndexForm plus(IndexForm other, long factor) {
    Map<Index, Long> sums = new LinkedHashMap<>(coefficients);
    other.coefficients.forEach((index, coefficient) -> sums.merge(index, Math.multiplyExact(factor, coefficient), Math::addExact));
    sums.values().removeIf(coefficient -> coefficient == 0);
    return new IndexForm(sums, constant.plus(other.constant.times(factor)), 1);
  }

  /** Returns the sum if at most one of both is a quotient; an integer is added inside the quotient. */
  Optional<IndexForm> sum(IndexForm other) {
    if (divisor > 1 && other.divisor > 1) {
      return Optional.empty();
    }
    IndexForm divided = divisor > 1 ? this : other;
    IndexForm all = divided.plus(divisor > 1 ? other : this, divided.divisor);
    return Optional.of(new IndexForm(all.coefficients, all.constant, divided.divisor));
  }

  /** Returns minus the form; rounding down becomes rounding up. */
  IndexForm negated() {
    IndexForm all = times(-1).plus(constant(divisor - 1), 1);
    return new IndexForm(all.coefficients, all.constant, divisor);
  }

  /** Returns the quotient by another number. */
  private IndexForm over(long other) {
    return isNumber() ? constant(Math.floorDiv(constant.number(), other)) : new IndexForm(coefficients, constant, other);
  }

  IndexForm times(long factor) {
    return constant(0).plus(this, factor);
  }

  /** Returns the indices in the order in which the text binds them, so that loop order does not depend on names. */
  List<Index> indices() {
    return coefficients.keySet().stream().sorted(Comparator.comparing((Index index) -> index.number)).toList();
  }

  /** Returns the minimum of the dividend, which may contain unknown sizes. */
  Offset least() {
    return times(-1).greatest().times(-1);
  }

  /** Returns the maximum of the dividend, which may contain unknown sizes. */
  Offset greatest() {
    return coefficients.entrySet().stream().filter(e -> e.getValue() > 0).map(e -> e.getKey().last().times(e.getValue())).reduce(constant, Offset::plus);
  }

  /** Reads subscripts from the text. */
  record Reader(Session session, IndexScope scope, Optional<Offset> end) {

    /** Reads a subscript; empty if it is not affine in indices. */
    Optional<IndexForm> read(Expr expr) {
      try {
        return form(expr);
      } catch (ArithmeticException tooLarge) {
        return Optional.empty();
      }
    }

    private Optional<IndexForm> form(Expr expr) {
      if (expr instanceof Expr.Name name) {
        Optional<Index> index = scope.index(name.name());
        if (index.isPresent() || name.name().equals("end") && end.isPresent()) {
          return Optional.of(index.map(IndexForm::of).orElseGet(() -> constant(end.get())));
        }
        return number(expr);
      } else if (expr instanceof Expr.Unary unary && unary.op() == Expr.UnaryOp.NEGATE) {
        return form(unary.operand()).map(IndexForm::negated);
      } else if (expr instanceof Expr.Call call && call.callee().name().equals("floor") && call.arguments().size() == 1
          && call.arguments().get(0).value() instanceof Expr.Binary quotient && quotient.op() == BinaryOp.DIVIDE) {
        Optional<IndexForm> divisor = form(quotient.right()).filter(f -> f.isNumber() && f.constant.number() > 0);
        return form(quotient.left()).flatMap(f -> divisor.map(d -> f.over(Math.multiplyExact(f.divisor, d.constant.number()))));
      } else if (expr instanceof Expr.Binary binary && isAffine(binary.op())) {
        Optional<IndexForm> left = form(binary.left());
        return left.flatMap(l -> form(binary.right()).flatMap(right -> combined(binary.op(), l, right)));
      }
      return expr instanceof Expr.Literal || expr instanceof Expr.Call ? number(expr) : Optional.empty();
    }

    private static boolean isAffine(BinaryOp op) {
      return op == BinaryOp.ADD || op == BinaryOp.SUBTRACT || op == BinaryOp.MULTIPLY || op == BinaryOp.DIVIDE;
    }

    private static Optional<IndexForm> combined(BinaryOp op, IndexForm left, IndexForm right) {
      return switch (op) {
        case ADD -> left.sum(right);
        case SUBTRACT -> left.sum(right.negated());
        case MULTIPLY -> Stream.of(left, right).anyMatch(IndexForm::isNumber) && left.divisor == 1 && right.divisor == 1
            ? Optional.of(left.isNumber() ? right.times(left.constant.number()) : left.times(right.constant.number())) : Optional.empty();
        default -> left.isNumber() && right.isNumber() && left.divisor == 1 && right.divisor == 1 && right.constant.number() != 0 && left.constant.number() % right.constant.number() == 0
            ? Optional.of(constant(left.constant.number() / right.constant.number())) : Optional.empty();
      };
    }

    /** Returns an integer that does not depend on indices. */
    private Optional<IndexForm> number(Expr expr) {
      if (NameCheck.namesIn(expr).stream().anyMatch(name -> scope.index(name.name()).isPresent() || name.name().equals("end"))
          || expr instanceof Expr.Name name && !scope.isBound(name.name())) {
        return Optional.empty();
      }
      int id = session.expressions.value(expr, scope.frame());
      if (id != Values.POISON && session.values.get(id).op() instanceof Op.Count count) {
        return Optional.of(constant(count.size().offset()));
      }
      Optional<Rational> number = session.values.constant(id).filter(n -> n.isSmallInteger(Integer.MAX_VALUE));
      return number.map(n -> constant(n.intValueExact()));
    }
  }

  /** Returns the coefficients as terms over axes. */
  List<Relation.Term> terms(List<Index> axes) {
    return axes.stream().filter(coefficients::containsKey).map(index -> new Relation.Term(axes.indexOf(index), coefficients.get(index))).toList();
  }
}
