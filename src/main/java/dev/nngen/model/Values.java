package dev.nngen.model;

import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The values of a model under construction: each structure once, constants folded, poison propagated. */
final class Values {

  /** The id of an invalid expression; every value that depends on it is poison too. */
  static final int POISON = -1;

  private final List<Value> values = new ArrayList<>();
  private final Map<Value, Integer> ids = new HashMap<>();
  /** For each value the blocks over whose indices it varies. */
  private final List<Set<Integer>> blocks = new ArrayList<>();
  /** Scalars that depend on a carried value of unknown shape. */
  private final BitSet open = new BitSet();

  /** Returns the id of the value; {@link #POISON} if an operand is. */
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

  /** Returns the transposed value; transposing twice, or transposing a scalar, is the identity. */
  int transpose(int id) {
    if (id == POISON || shape(id).isScalar()) {
      return id;
    }
    Value value = get(id);
    return value.op() == Op.Operator.TRANSPOSE
        ? value.operands().get(0)
        : add(Op.Operator.TRANSPOSE, value.shape().transposed(), id);
  }

  /** Returns the value in the other orientation. */
  int turn(int id) {
    if (id == POISON || !shape(id).isTensor()) {
      return transpose(id);
    }
    Value value = get(id);
    boolean turned = value.op() == Op.Operator.TURN || value.op() instanceof Op.Align && isStored(get(value.operands().get(0)).op());
    return turned ? value.operands().get(0) : add(Op.Operator.TURN, value.shape().turned(), id);
  }

  /** Whether a value is stored in its model's orientation, and converted for files of the other one. */
  private static boolean isStored(Op op) {
    return op instanceof Op.Param || op instanceof Op.State;
  }

  Value get(int id) {
    return values.get(id);
  }

  Shape shape(int id) {
    return get(id).shape();
  }

  /** Returns the number that the value is; empty if it is not a constant or is poison. */
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
    int id = values.size();
    ids.put(value, id);
    values.add(value);
    blocks.add(blocksOf(value));
    open.set(id, value.shape().isScalar() && value.operands().stream().anyMatch(open::get));
    return id;
  }

  private Set<Integer> blocksOf(Value value) {
    Set<Integer> all = new TreeSet<>();
    value.operands().forEach(operand -> all.addAll(blocks.get(operand)));
    if (value.op() instanceof Op.Slice slice) {
      all.add(slice.block());
    } else if (value.op() instanceof Op.Stack stack) {
      all.remove(stack.block());
    }
    return all.isEmpty() ? Set.of() : all;
  }

  /** Returns the blocks over whose indices the value varies, the outermost first. */
  Set<Integer> blocks(int id) {
    return blocks.get(id);
  }

  /** Records that the shape of a carried value, which is represented by a scalar, is unknown. */
  void leaveOpen(int id) {
    open.set(id);
  }

  /** Whether the value is a scalar only because the shape of a carried value is unknown. */
  boolean isOpen(int id) {
    return id != POISON && open.get(id);
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
