package dev.nngen.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Distinguishes values with an axis of one entry from values that have a row or a column of one entry only because a matrix has both: a number for
 * each sample is 1 x m, and so is an input of one feature.
 */
final class UnitAxes {

  private final Session session;
  private final Set<Integer> without = new HashSet<>();
  private final Map<Integer, Boolean> kept = new HashMap<>();

  UnitAxes(Session session) {
    this.session = session;
  }

  /** Records that the value has no axis of one entry. */
  void without(int value) {
    without.add(value);
  }

  /** Records that an equation writes all axes of the value. */
  void keep(int value) {
    kept.put(value, true);
  }

  /** Whether an equation writes an axis for each dimension of the value, or of a value from which it is computed entry by entry. */
  boolean areKept(int id) {
    Boolean known = kept.get(id);
    boolean found = known == null ? areKept(session.values.get(id)) : known;
    kept.put(id, found);
    return found;
  }

  private boolean areKept(Value value) {
    List<Integer> operands = value.operands();
    if (value.op() instanceof Op.Slice slice) {
      return slice.axes().size() > value.shape().axes().size();
    } else if (value.op() instanceof Op.Stack stack) {
      return stack.axes().size() > 1;
    } else if (value.op() == Op.Operator.TURN || value.op() == Op.Operator.TRANSPOSE) {
      return areKept(operands.get(0));
    }
    boolean entrywise = value.op() instanceof Op.Operator && value.op() != Op.Operator.MATRIX_PRODUCT || value.op() instanceof Op.Function;
    return entrywise && operands.stream().anyMatch(operand -> session.values.shape(operand).equals(value.shape()) && areKept(operand));
  }

  /** Whether a dimension of one is not an axis of the value, because it was declared or written without one, or reduced. */
  boolean isReduced(int id) {
    if (without.contains(id)) {
      return true;
    }
    Value value = session.values.get(id);
    List<Integer> operands = value.operands();
    if (value.op() instanceof Op.Reduce) {
      Shape operand = session.values.shape(operands.get(0));
      return value.shape().rows().isOne() && !operand.rows().isOne() || value.shape().columns().isOne() && !operand.columns().isOne() || isReduced(operands.get(0));
    } else if (value.op() == Op.Operator.MATRIX_PRODUCT) {
      return value.shape().rows().isOne() && isTurnedVector(operands.get(0)) || value.shape().columns().isOne() && isTurnedVector(operands.get(1));
    }
    boolean entrywise = value.op() instanceof Op.Operator || value.op() instanceof Op.Function || value.op() instanceof Op.Slice || value.op() instanceof Op.Stack;
    List<Integer> shaped = operands.stream().filter(operand -> !session.values.shape(operand).isScalar()).toList();
    return entrywise && !shaped.isEmpty() && shaped.stream().allMatch(this::isReduced);
  }

  /** Whether the value is {@code w'} of a vector {@code w}. */
  private boolean isTurnedVector(int id) {
    Value value = session.values.get(id);
    return value.op() == Op.Operator.TRANSPOSE && session.values.get(value.operands().get(0)).op() instanceof Op.Param
        && (session.rows ? value.shape().columns().isOne() : value.shape().rows().isOne());
  }
}
