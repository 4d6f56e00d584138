package dev.nngen.lower;

import dev.nngen.ir.Graph;
import dev.nngen.model.Value;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lowers those values that are needed, operands first; no recursion, however deep a model is. */
final class ValueLowering {

  private final List<Value> values;
  private final ExpressionLowering expressions;
  private final Map<Integer, Graph.Value> lowered = new LinkedHashMap<>();

  ValueLowering(List<Value> values, ExpressionLowering expressions) {
    this.values = values;
    this.expressions = expressions;
  }

  /** Lowers the values of that ids, and what they are made of. */
  void lower(BitSet roots) {
    BitSet needed = (BitSet) roots.clone();
    for (int id = needed.previousSetBit(values.size()); id >= 0; id = needed.previousSetBit(id - 1)) {
      values.get(id).operands().forEach(needed::set);
    }
    for (int id = needed.nextSetBit(0); id >= 0; id = needed.nextSetBit(id + 1)) {
      Value value = values.get(id);
      lowered.put(id, expressions.lower(value, value.operands().stream().map(lowered::get).toList(),
          value.operands().stream().map(operand -> values.get(operand).shape()).toList()));
    }
  }

  /** What the value has become. */
  Graph.Value get(int id) {
    return lowered.get(id);
  }
}
