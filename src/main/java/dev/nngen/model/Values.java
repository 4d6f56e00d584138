package dev.nngen.model;

import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of a model under construction: each structure once, numbers folded, poison passed on. */
final class Values {

  /** What a faulty expression is worth: every value made of it is poison too. */
  static final int POISON = -1;

  private final List<Value> values = new ArrayList<>();
  private final Map<Value, Integer> ids = new HashMap<>();

  /** The id of the value; {@link #POISON} where an operand is. */
  int add(Op op, Shape shape, int... operands) {
    List<Integer> list = Arrays.stream(operands).boxed().toList();
    if (list.contains(POISON)) {
      return POISON;
    }
    return folded(op, list).map(this::number).orElseGet(() -> intern(new Value(op, list, shape)));
  }

  int number(Rational value) {
    return intern(new Value(new Op.Number(value), List.of(), Shape.SCALAR));
  }

  int number(long value) {
    return number(Rational.of(value));
  }

  /** The transposed value; transposing twice is nothing, and so is transposing a scalar. */
  int transpose(int id) {
    if (id == POISON || shape(id).isScalar()) {
      return id;
    }
    Value value = get(id);
    return value.op() == Op.Operator.TRANSPOSE
        ? value.operands().get(0)
        : add(Op.Operator.TRANSPOSE, value.shape().transposed(), id);
  }

  /** The value as a file of the other orientation sees it. */
  int turn(int id) {
    if (id == POISON || !shape(id).isTensor()) {
      return transpose(id);
    }
    Value value = get(id);
    boolean turned = value.op() == Op.Operator.TURN || value.op() instanceof Op.Align && isStored(get(value.operands().get(0)).op());
    return turned ? value.operands().get(0) : add(Op.Operator.TURN, value.shape().turned(), id);
  }

  /** Whether a value lies in memory as its model's orientation has it, and is aligned for files of the other one. */
  private static boolean isStored(Op op) {
    return op instanceof Op.Param || op instanceof Op.State;
  }

  Value get(int id) {
    return values.get(id);
  }

  Shape shape(int id) {
    return get(id).shape();
  }

  /** The number that the value is; empty where it is none, or poison. */
  Optional<Rational> constant(int id) {
    return id != POISON && get(id).op() instanceof Op.Number number ? Optional.of(number.value()) : Optional.empty();
  }

  int size() {
    return values.size();
  }

  List<Value> all() {
    return List.copyOf(values);
  }

  private int intern(Value value) {
    Integer known = ids.get(value);
    if (known != null) {
      return known;
    }
    ids.put(value, values.size());
    values.add(value);
    return values.size() - 1;
  }

  private Optional<Rational> folded(Op op, List<Integer> operands) {
    if (operands.isEmpty()) {
      return Optional.empty();
    }
    List<Rational> numbers = new ArrayList<>();
    for (int operand : operands) {
      Optional<Rational> number = constant(operand);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      numbers.add(number.get());
    }
    return Folding.fold(op, numbers);
  }
}
