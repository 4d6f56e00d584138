package dev.nngen.model;

import java.util.List;

/**
 * A typed value of a model.
 *
 * @param operands places in {@link Model#values()}, all before this value's own
 */
public record Value(Op op, List<Integer> operands, Shape shape) {
  public Value {
    operands = List.copyOf(operands);
  }
}
