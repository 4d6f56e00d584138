package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Contract;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Fold;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Index;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Lanes;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import dev.nngen.schedule.Instruction.MultiplyAdd;
import dev.nngen.schedule.Instruction.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks that a loop program is valid: every variable is declared once, before its uses; values have the types that their uses require; and vectors
 * are contiguous along their loop.
 */
final class LoopVerifier {

  /** A declared variable; integers have their value if it is known. */
  private record Declared(Optional<Type> type, Optional<Affine> value) {
    static final Declared COUNTER = new Declared(Optional.empty(), Optional.empty());
  }

  private final Map<Integer, Declared> declared;
  private final Optional<Variable> lanes;

  private LoopVerifier(Map<Integer, Declared> declared, Optional<Variable> lanes) {
    this.declared = new HashMap<>(declared);
    this.lanes = lanes;
  }

  /**
   * @throws IllegalStateException if the program is invalid; the message has the error and the program
   */
  static void verify(LoopProgram program) {
    LoopVerifier verifier = new LoopVerifier(Map.of(), Optional.empty());
    program.parameters().forEach(parameter -> verifier.declare(parameter, Declared.COUNTER));
    try {
      program.body().forEach(verifier::check);
    } catch (IllegalStateException fault) {
      throw new IllegalStateException(fault.getMessage() + " in\n" + program, fault);
    }
  }

  private void check(Instruction instruction) {
    if (instruction instanceof Loop loop) {
      List.of(loop.extent(), loop.from().at(), loop.to().at()).forEach(this::check);
      List.of(loop.from(), loop.to()).forEach(bound -> bound.limits().forEach(limit -> check(limit.value())));
      require(loop.kind() != Kind.VECTOR || lanes.isEmpty(), "a loop over vectors inside another");
      inside(loop.body(), loop.kind() == Kind.VECTOR ? Optional.of(loop.counter()) : lanes, List.of(loop.counter()));
    } else if (instruction instanceof Gemm gemm) {
      gemm.part().ifPresent(part -> List.of(part.range().first(), part.range().last()).forEach(end -> check(Affine.of(end))));
      inside(gemm.body(), lanes, gemm.blocks().stream().flatMap(range -> List.of(range.first(), range.last()).stream()).toList());
    } else if (instruction instanceof Let let) {
      require(typeOf(let.value()).compareTo(let.type()) <= 0, let.variable().name() + " is a number, but its value is a vector");
      declare(let.variable(), new Declared(Optional.of(let.type()), Optional.empty()));
    } else if (instruction instanceof Index index) {
      declare(index.variable(), new Declared(Optional.empty(), Optional.of(expanded(index.value()))));
    } else if (instruction instanceof Instruction.Digit digit) {
      check(digit.value());
      require(lanes.filter(digit.value()::dependsOn).isEmpty(), "a subscript differs from lane to lane");
      declare(digit.variable(), Declared.COUNTER);
    } else if (instruction instanceof Instruction.Whole whole) {
      require(typeOf(whole.value()) == Type.NUMBER, "a subscript is a vector");
      declare(whole.variable(), Declared.COUNTER);
    } else if (instruction instanceof Accumulator accumulator) {
      if (accumulator.to() instanceof Scalar.Local) {
        declare(accumulator.variable(), new Declared(Optional.of(accumulator.type()), Optional.empty()));
      }
    } else if (instruction instanceof Lanes vector) {
      require(typeOf(vector.of()) == Type.NUMBER, "lanes of a value that is not a number");
      declare(vector.variable(), new Declared(Optional.of(Type.VECTOR), Optional.empty()));
    } else if (instruction instanceof Store store) {
      if (store.value() instanceof Entry lane && lane.tensor().kind() == Tensor.Kind.SCRATCH && lane.type() == Type.NUMBER) {
        check(store.to().offset());
        return;
      }
      require(typeOf(store.value()).compareTo(typeOf(store.to())) <= 0, "a vector is stored as a number in " + store.to().tensor().name());
    } else if (instruction instanceof Accumulate accumulate) {
      require(typeOf(accumulate.value()).compareTo(typeOf(accumulate.to())) <= 0, "a vector is added to a number");
    } else if (instruction instanceof MultiplyAdd sum) {
      require(typeOf(sum.factor()).compareTo(typeOf(sum.to())) <= 0 && typeOf(sum.other()).compareTo(typeOf(sum.to())) <= 0, "a vector is added to a number");
    } else if (instruction instanceof Fold fold) {
      require(typeOf(new Scalar.Local(fold.lanes().id())) == Type.VECTOR && typeOf(fold.to()) == Type.NUMBER, "a fold of a value that is not a vector");
    } else if (instruction instanceof Multiply product) {
      require(lanes.isEmpty(), "a product of matrices in a loop over vectors");
      List.of(product.to(), product.left(), product.right()).forEach(entry -> require(typeOf(entry) == Type.NUMBER, "a matrix begins with a vector"));
      List.of(product.toRow(), product.leftRow(), product.leftDepth(), product.rightDepth(), product.rightColumn(), product.rows(), product.columns(), product.depth()).forEach(this::check);
    } else if (instruction instanceof Contract sum) {
      require(lanes.isEmpty(), "a contraction in a loop over vectors");
      List.of(sum.to(), sum.left(), sum.right()).forEach(entry -> require(typeOf(entry) == Type.NUMBER, "an array begins with a vector"));
      Stream.of(sum.rows(), sum.columns(), sum.terms()).flatMap(List::stream).forEach(axis -> List.of(axis.length(), axis.one(), axis.other()).forEach(this::check));
    } else if (instruction instanceof Instruction.Outlined part) {
      outlined(part);
    } else if (instruction instanceof Fill fill) {
      List.of(fill.from(), fill.to()).forEach(this::check);
    }
  }

  /** Checks a method, which has its parameters and no other variables. */
  private void outlined(Instruction.Outlined part) {
    require(lanes.isEmpty(), "a method in a loop over vectors");
    LoopVerifier inner = new LoopVerifier(Map.of(), Optional.empty());
    part.integers().forEach(integer -> check(Affine.of(integer)));
    part.integers().forEach(integer -> inner.declare(integer, Declared.COUNTER));
    part.numbers().forEach(number -> require(typeOf(new Scalar.Local(number.id())) == Type.NUMBER, number.name() + " is not a number"));
    part.numbers().forEach(number -> inner.declare(number, new Declared(Optional.of(Type.NUMBER), Optional.empty())));
    part.body().forEach(inner::check);
  }

  private void inside(List<Instruction> code, Optional<Variable> vectors, List<Variable> counters) {
    LoopVerifier inner = new LoopVerifier(declared, vectors);
    counters.forEach(counter -> inner.declare(counter, Declared.COUNTER));
    code.forEach(inner::check);
  }

  private void declare(Variable variable, Declared as) {
    require(declared.put(variable.id(), as) == null, variable.name() + " is declared twice");
  }

  private void check(Affine number) {
    number.variables().forEach(variable -> require(declared.containsKey(variable.id()) && declared.get(variable.id()).type().isEmpty(),
        variable.name() + " is not an integer here"));
  }

  /** Returns the number in terms of loop counters. */
  private Affine expanded(Affine number) {
    check(number);
    return number.replace(variable -> declared.get(variable.id()).value());
  }

  /** Returns the type of an expression: vector if a part of it is one. */
  private Type typeOf(Scalar scalar) {
    return Accesses.parts(scalar).stream().map(this::typeOfPart).max(Type::compareTo).orElseThrow();
  }

  private Type typeOfPart(Scalar part) {
    require(!(part instanceof Scalar.Load), "a load is not lowered");
    if (part instanceof Scalar.Local local) {
      require(declared.containsKey(local.id()), "a local is used where it is not declared");
      return declared.get(local.id()).type().orElseThrow(() -> new IllegalStateException("an index is used as a number"));
    }
    if (part instanceof CounterExpression count) {
      Affine number = expanded(count.number());
      require(lanes.filter(number::dependsOn).isEmpty(), "a counter differs from lane to lane");
    }
    if (!(part instanceof Entry entry)) {
      return Type.NUMBER;
    }
    Affine offset = expanded(entry.offset());
    Affine stride = lanes.map(offset::stride).orElse(Affine.ZERO);
    boolean staged = entry.tensor().equals(SmallShape.STAGED);
    require(staged || stride.equals(entry.type() == Type.VECTOR ? Affine.of(1) : Affine.ZERO), entry.tensor().name() + " is addressed wrongly in a loop over vectors");
    return entry.type();
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalStateException(fault);
    }
  }
}
