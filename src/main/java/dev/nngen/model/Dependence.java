package dev.nngen.model;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Dependences of each value, found in one pass. */
final class Dependence {

  private final BitSet data = new BitSet();
  private final BitSet targets = new BitSet();
  private final BitSet parameters = new BitSet();
  private final BitSet batch = new BitSet();
  private final BitSet derivatives = new BitSet();
  private final List<Value> values;
  private final List<Model.Data> declared;
  /** The definition of each carried value, by the value's number. */
  private final Map<Integer, Integer> steps;

  private Dependence(Session session) {
    this.values = session.values.all();
    this.declared = session.data;
    this.steps = session.recurrences().stream().filter(carried -> carried.local.orElseThrow().value != Values.POISON)
        .collect(Collectors.toMap(carried -> carried.number, carried -> carried.local.orElseThrow().value));
  }

  static Dependence of(Session session) {
    Dependence dependence = new Dependence(session);
    int known;
    do {
      known = dependence.size();
      for (int id = 0; id < dependence.values.size(); id++) {
        dependence.add(id, dependence.values.get(id));
      }
    } while (dependence.size() > known && !dependence.steps.isEmpty());
    return dependence;
  }

  private int size() {
    return data.cardinality() + targets.cardinality() + parameters.cardinality() + batch.cardinality() + derivatives.cardinality();
  }

  private void add(int id, Value value) {
    data.set(id, value.op() instanceof Op.Data);
    targets.set(id, value.op() instanceof Op.Data d && declared.get(d.index()).target() || value.inPrediction().stream().anyMatch(targets::get));
    parameters.set(id, value.op() instanceof Op.Param || value.op() instanceof Op.Penalty);
    batch.set(id, value.op() instanceof Op.Count);
    derivatives.set(id, value.op() == Op.Operator.DERIVATIVE);
    for (BitSet set : List.of(data, parameters, batch, derivatives)) {
      if (operands(value).anyMatch(set::get)) {
        set.set(id);
      }
    }
  }

  boolean onData(int value) {
    return data.get(value);
  }

  /** Whether a prediction of the value needs a target. */
  boolean onTargets(int value) {
    return targets.get(value);
  }

  boolean onParameters(int value) {
    return parameters.get(value);
  }

  /** Whether the value depends on m as a number, not only as a length. */
  boolean onBatch(int value) {
    return batch.get(value);
  }

  boolean onDerivatives(int value) {
    return derivatives.get(value);
  }

  /** Returns the given values and all values on which they depend. */
  BitSet needed(BitSet roots) {
    BitSet needed = (BitSet) roots.clone();
    int known;
    do {
      known = needed.cardinality();
      for (int id = values.size() - 1; id >= 0; id--) {
        if (needed.get(id)) {
          operands(values.get(id)).forEach(needed::set);
        }
      }
    } while (needed.cardinality() > known && !steps.isEmpty());
    return needed;
  }

  /** Returns the operands of a value; for a carried value also its definition, which comes later. */
  private IntStream operands(Value value) {
    IntStream own = value.operands().stream().mapToInt(Integer::intValue);
    return value.op() instanceof Op.Carried carried && steps.containsKey(carried.number()) ? IntStream.concat(own, IntStream.of(steps.get(carried.number()))) : own;
  }
}
