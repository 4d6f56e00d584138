package dev.nngen.lower;

import dev.nngen.ir.Graph;
import dev.nngen.model.Value;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Lowers those values that are needed, operands first; no recursion, however deep a model is. */
final class ValueLowering {

  private final List<Value> values;
  private final ExpressionLowering expressions;
  private final Function<Value, List<Integer>> operands;
  private final Map<Integer, Graph.Value> lowered = new LinkedHashMap<>();

  /** @param operands of a value in the mode that it is lowered for: {@link Value#inTraining} or {@link Value#inPrediction} */
  ValueLowering(List<Value> values, ExpressionLowering expressions, Function<Value, List<Integer>> operands) {
    this.values = values;
    this.expressions = expressions;
    this.operands = operands;
  }

  /** Lowers the values of that ids, and what they are made of. */
  void lower(BitSet roots) {
    BitSet needed = (BitSet) roots.clone();
    for (int id = needed.previousSetBit(values.size()); id >= 0; id = needed.previousSetBit(id - 1)) {
      operands.apply(values.get(id)).forEach(needed::set);
    }
    for (int id = needed.nextSetBit(0); id >= 0; id = needed.nextSetBit(id + 1)) {
      Value value = values.get(id);
      List<Integer> used = operands.apply(value);
      lowered.put(id, expressions.lower(value, used.stream().map(lowered::get).toList(), used.stream().map(operand -> values.get(operand).shape()).toList()));
    }
  }

  /** The values that are lowered. */
  Set<Integer> ids() {
    return lowered.keySet();
  }

  /** What the value has become. */
  Graph.Value get(int id) {
    return lowered.get(id);
  }
}
