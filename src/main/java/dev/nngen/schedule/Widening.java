package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Lanes;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.MultiplyAdd;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the body of a scalar loop into one over vectors, whose lanes are consecutive iterations. */
final class Widening extends Rewriting {

  private final Loop loop;
  private final Map<Scalar, Lanes> partial;
  private final Variable.Source variables;
  /** Locals that differ from lane to lane. */
  private final Set<Integer> vectors = new HashSet<>();
  /** The current one of the rows that are written next to each other. */
  private Affine row = Affine.ZERO;

  /**
   * @param partial the vectors of partial sums of accumulators that are declared outside
   */
  Widening(Loop loop, Map<Scalar, Lanes> partial, Variable.Source variables) {
    this.loop = loop;
    this.partial = partial;
    this.variables = variables;
  }

  List<Instruction> apply(List<Instruction> body) {
    List<Instruction> code = new ArrayList<>();
    body.forEach(instruction -> code.addAll(apply(instruction)));
    return code;
  }

  private List<Instruction> apply(Instruction instruction) {
    if (instruction instanceof Loop inner) {
      Affine outer = row;
      row = inner.kind() == Kind.UNROLLED ? Affine.of(inner.counter()) : row;
      List<Instruction> body = apply(inner.body());
      row = outer;
      return List.of(inner.with(body));
    }
    if (instruction instanceof Let let) {
      Scalar value = apply(let.value());
      boolean isVector = loop.kind() == Kind.SEQUENTIAL || isVector(value);
      if (isVector) {
        vectors.add(let.variable().id());
      }
      return List.of(new Let(let.variable(), isVector ? Type.VECTOR : Type.NUMBER, value));
    }
    if (instruction instanceof Accumulator accumulator) {
      vectors.add(accumulator.variable().id());
      return List.of(new Accumulator(accumulator.to(), accumulator.variable(), Type.VECTOR, accumulator.reduction()));
    }
    if (instruction instanceof MultiplyAdd sum) {
      return List.of(new MultiplyAdd(sum.to(), apply(sum.factor()), apply(sum.other())));
    }
    if (instruction instanceof Store store) {
      return store(store);
    }
    Accumulate accumulate = (Accumulate) instruction;
    Scalar to = partial.containsKey(accumulate.to()) ? new Scalar.Local(partial.get(accumulate.to()).variable().id()) : apply(accumulate.to());
    return List.of(new Accumulate(accumulate.reduction(), to, apply(accumulate.value())));
  }

  private boolean isVector(Scalar value) {
    return Accesses.anyPart(value, part -> part instanceof Entry entry && entry.type() == Type.VECTOR
        || part instanceof Scalar.Local local && vectors.contains(local.id()));
  }

  /** Stores a vector. If it is not contiguous in the target, or longer than a row, it is written to an array first, from which its lanes are copied. */
  private List<Instruction> store(Store store) {
    Scalar value = apply(store.value());
    if (loop.kind() != Kind.PADDED && store.to().offset().stride(loop.counter()).equals(Affine.of(1))) {
      return List.of(new Store(store.to().vector(), value));
    }
    Variable lane = variables.next("q");
    Affine first = row.times(List.of(Target.LANES));
    Affine offset = store.to().offset().replace(variable -> variable.equals(loop.counter())
        ? Optional.of(Affine.of(variable).plus(Affine.of(lane))) : Optional.empty());
    Affine rest = loop.extent().minus(Affine.of(loop.counter()));
    Bound end = loop.kind() == Kind.PADDED ? new Bound(rest, Bound.Rounding.AT_MOST_A_VECTOR, 1) : Bound.at(Affine.size(List.of(Target.LANES)));
    return List.of(new Store(new Entry(SmallShape.STAGED, first, Type.VECTOR), value),
        new Loop(Kind.SEQUENTIAL, lane, Affine.size(List.of(Target.LANES)), Bound.ZERO, end, 1,
            List.of(new Store(new Entry(store.to().tensor(), offset), new Entry(SmallShape.STAGED, first.plus(Affine.of(lane)))))));
  }

  @Override
  public Scalar address(Scalar.Address address) {
    return address instanceof Entry entry && entry.offset().dependsOn(loop.counter()) ? entry.vector() : address;
  }
}
