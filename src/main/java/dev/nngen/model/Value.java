package dev.nngen.model;

import java.util.List;

/**
 * A typed value of a model.
 *
 * @param operands indices of {@link Model#values()}, all before this value's own
 */
public record Value(Op op, List<Integer> operands, Shape shape) {
  public Value {
    operands = List.copyOf(operands);
  }

  /** Returns the operands that training needs. */
  public List<Integer> inTraining() {
    return op == Op.Operator.TRAINING ? operands.subList(0, 1) : operands;
  }

  /** Returns the operands that predictions need. */
  public List<Integer> inPrediction() {
    return op == Op.Operator.TRAINING ? operands.subList(1, 2) : operands;
  }
}
