package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Types comparisons of a block's index with numbers, {@code 2 * t < 5}. They are relations, because their results are known for each index. */
final class BlockConditions {

  /** The comparison operators of relations. */
  private static final Set<Expr.BinaryOp> COMPARISONS =
      EnumSet.of(Expr.BinaryOp.LESS, Expr.BinaryOp.AT_MOST, Expr.BinaryOp.GREATER, Expr.BinaryOp.AT_LEAST, Expr.BinaryOp.EQUAL);

  /** Maximum depth of an expression compared with a number, such as {@code 2 * t - 1}. */
  private static final int DEEPEST = 8;

  private final Session session;

  BlockConditions(Session session) {
    this.session = session;
  }

  /** The integer {@code a t + b} of the index of a block; a constant if there is no block. */
  private record Count(Optional<Integer> block, long factor, Offset constant) {
    boolean isNumber() {
      return block.isEmpty() && constant.isNumber();
    }

    Count plus(Count other, long sign) {
      return new Count(block.or(() -> other.block), factor + sign * other.factor, constant.plus(other.constant.times(sign)));
    }
  }

  /**
   * @param depth the number of operations to look through
   */
  private Optional<Count> count(int id, int depth) {
    Value value = session.values.get(id);
    if (session.values.blocks(id).isEmpty() && !(value.op() instanceof Op.Number) && !(value.op() instanceof Op.Count) || !value.shape().isScalar() || depth == 0) {
      return Optional.empty();
    }
    List<Optional<Count>> operands = value.op() instanceof Op.Operator ? value.operands().stream().map(operand -> count(operand, depth - 1)).toList() : List.of();
    if (value.op() instanceof Op.Number number) {
      return number.value().isSmallInteger(Integer.MAX_VALUE) ? Optional.of(new Count(Optional.empty(), 0, Offset.of(number.value().intValueExact()))) : Optional.empty();
    } else if (value.op() instanceof Op.Slice slice && session.values.get(value.operands().get(0)).op() instanceof Op.Counter) {
      return Optional.of(new Count(Optional.of(slice.block()), 1, Offset.ZERO));
    } else if (value.op() instanceof Op.Count size) {
      return Optional.of(new Count(Optional.empty(), 0, size.size().offset()));
    } else if (operands.size() != 2 || operands.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    Count left = operands.get(0).get();
    Count right = operands.get(1).get();
    boolean one = left.block.isEmpty() || right.block.isEmpty() || left.block.equals(right.block);
    if (value.op() == Op.Operator.MULTIPLY && (left.isNumber() || right.isNumber())) {
      Count count = left.isNumber() ? right : left;
      long number = (left.isNumber() ? left : right).constant.number();
      return Optional.of(new Count(count.block, number * count.factor, count.constant.times(number)));
    }
    boolean sums = one && (value.op() == Op.Operator.ADD || value.op() == Op.Operator.SUBTRACT);
    return sums ? Optional.of(left.plus(right, value.op() == Op.Operator.ADD ? 1 : -1)) : Optional.empty();
  }

  /** Returns a comparison of the index of a block with a number, which is known for each index; empty for any other comparison. */
  Optional<Integer> of(Expr.BinaryOp op, int left, int right) {
    if (session.numbered.isEmpty() || !COMPARISONS.contains(op)) {
      return Optional.empty();
    }
    Optional<Count> difference = count(left, DEEPEST).flatMap(l -> count(right, DEEPEST).filter(r -> l.block.isEmpty() || r.block.isEmpty() || l.block.equals(r.block)).map(r -> l.plus(r, -1)))
        .filter(count -> count.block.isPresent() && count.factor != 0);
    long sign = op == Expr.BinaryOp.LESS || op == Expr.BinaryOp.AT_MOST ? -1 : 1;
    boolean strict = op == Expr.BinaryOp.LESS || op == Expr.BinaryOp.GREATER;
    return difference.map(count -> {
      Block block = session.numbered.get(count.block.orElseThrow());
      Relation.Affine number = Relation.Affine.axis(0).times(sign * count.factor).plus(Relation.Affine.constant(count.constant.times(sign).plus(strict ? -1 : 0)));
      int holds = session.values.add(new Op.Holds(op == Expr.BinaryOp.EQUAL ? Relation.Kind.ZERO : Relation.Kind.NOT_NEGATIVE, number), IndexTerm.shape(List.of(block.index)));
      return session.slice(holds, block, Shape.SCALAR, List.of(-1));
    });
  }
}
