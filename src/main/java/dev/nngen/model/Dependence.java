package dev.nngen.model;

import java.util.BitSet;
import java.util.List;

/** On what each value depends, found in one pass. */
final class Dependence {

  private final BitSet data = new BitSet();
  private final BitSet targets = new BitSet();
  private final BitSet parameters = new BitSet();
  private final BitSet batch = new BitSet();
  private final BitSet derivatives = new BitSet();
  private final List<Value> values;

  private final List<Model.Data> declared;

  private Dependence(List<Value> values, List<Model.Data> declared) {
    this.values = values;
    this.declared = declared;
  }

  static Dependence of(List<Value> values, List<Model.Data> declared) {
    Dependence dependence = new Dependence(values, declared);
    for (int id = 0; id < values.size(); id++) {
      dependence.add(id, values.get(id));
    }
    return dependence;
  }

  private void add(int id, Value value) {
    data.set(id, value.op() instanceof Op.Data);
    targets.set(id, value.op() instanceof Op.Data d && declared.get(d.index()).target() || value.inPrediction().stream().anyMatch(targets::get));
    parameters.set(id, value.op() instanceof Op.Param || value.op() instanceof Op.Penalty);
    batch.set(id, value.op() == Op.Quantity.BATCH);
    derivatives.set(id, value.op() == Op.Operator.DERIVATIVE);
    for (BitSet set : List.of(data, parameters, batch, derivatives)) {
      if (value.operands().stream().anyMatch(set::get)) {
        set.set(id);
      }
    }
  }

  boolean onData(int value) {
    return data.get(value);
  }

  /** Whether a target is needed to compute the value in a prediction. */
  boolean onTargets(int value) {
    return targets.get(value);
  }

  boolean onParameters(int value) {
    return parameters.get(value);
  }

  /** Whether m as a number, and not only as a length, enters the value. */
  boolean onBatch(int value) {
    return batch.get(value);
  }

  boolean onDerivatives(int value) {
    return derivatives.get(value);
  }

  /** All values that the given ones are made of, and themselves. */
  BitSet needed(BitSet roots) {
    BitSet needed = (BitSet) roots.clone();
    for (int id = values.size() - 1; id >= 0; id--) {
      if (needed.get(id)) {
        values.get(id).operands().forEach(needed::set);
      }
    }
    return needed;
  }
}
