package dev.nngen.lower;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.lower.Lifting.Lifted;
import dev.nngen.model.Op;
import dev.nngen.model.Shape;
import dev.nngen.model.Size;
import dev.nngen.model.Value;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Lowers the needed values, operands first. Not recursive, because a model may be deep. */
final class ValueLowering {

  private final List<Value> values;
  private final ExpressionLowering expressions;
  private final Lifting lifting;
  private final Map<Integer, Lifted> lowered = new LinkedHashMap<>();
  private final Function<Value, List<Integer>> operands;
  private final Matrices matrices;
  private final Set<Integer> named;

  /**
   * @param blocks the number of values of each block's index, by the block's number
   * @param named the values that have a name
   * @param operands of a value in the mode that it is lowered for: {@link Value#inTraining} or {@link Value#inPrediction}
   */
  ValueLowering(List<Value> values, Matrices matrices, ExpressionLowering.Leaves leaves, List<Size> blocks, Set<Integer> named, Function<Value, List<Integer>> operands) {
    this.values = values;
    this.expressions = new ExpressionLowering(matrices, leaves);
    Map<Integer, Extent> extents = new HashMap<>();
    for (int block = 0; block < blocks.size(); block++) {
      extents.put(block, blocks.get(block).extent().orElse(null));
    }
    this.lifting = new Lifting(matrices, leaves, extents);
    this.operands = operands;
    this.matrices = matrices;
    this.named = named;
  }

  /** Lowers the values with these ids, and the values on which they depend. */
  void lower(BitSet roots) {
    BitSet needed = (BitSet) roots.clone();
    for (int id = needed.previousSetBit(values.size()); id >= 0; id = needed.previousSetBit(id - 1)) {
      operands.apply(values.get(id)).forEach(needed::set);
    }
    for (int id = needed.nextSetBit(0); id >= 0; id = needed.nextSetBit(id + 1)) {
      Lifted value = lower(values.get(id));
      lowered.put(id, value);
      if (named.contains(id)) {
        matrices.named(value.value());
      }
    }
  }

  private Lifted lower(Value value) {
    List<Integer> used = operands.apply(value);
    List<Lifted> operands = used.stream().map(lowered::get).toList();
    if (value.op() instanceof Op.Slice slice) {
      return lifting.slice(operands.get(0), slice.block(), slice.axes(), value.shape());
    } else if (value.op() instanceof Op.Stack stack) {
      return lifting.stack(operands.get(0), stack.block(), stack.axes(), value.shape());
    }
    List<Shape> shapes = used.stream().map(operand -> values.get(operand).shape()).toList();
    return operands.stream().anyMatch(operand -> !operand.blocks().isEmpty()) ? lifting.lower(value, operands, shapes)
        : Lifted.constant(expressions.lower(value, operands.stream().map(Lifted::value).toList(), shapes));
  }

  /** Returns the ids of the lowered values. */
  Set<Integer> ids() {
    return lowered.keySet();
  }

  /** Returns the graph value of a value that is not in a block. */
  Graph.Value get(int id) {
    if (!lowered.get(id).blocks().isEmpty()) {
      throw new IllegalStateException("value " + id + " belongs to a block");
    }
    return lowered.get(id).value();
  }
}
