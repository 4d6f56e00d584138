package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.MultiplyAdd;
import dev.nngen.schedule.Instruction.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Accesses the expressions and addresses of instructions. */
final class InstructionExpressions {

  private InstructionExpressions() {}

  /** Returns the value that the instruction itself computes, and its target; empty if it computes none. */
  static Stream<Scalar> of(Instruction instruction) {
    return instruction instanceof Let let ? Stream.of(let.value())
        : instruction instanceof Instruction.Whole whole ? Stream.of(whole.value())
        : instruction instanceof Store store ? Stream.of(store.value(), store.to())
        : instruction instanceof Accumulate accumulate ? Stream.of(accumulate.value(), accumulate.to())
        : instruction instanceof MultiplyAdd sum ? Stream.of(sum.factor(), sum.other(), sum.to())
        : Stream.empty();
  }

  /** Returns the entries that the instruction reads or writes, with repetitions. */
  static Stream<Entry> entries(Instruction instruction) {
    return of(instruction).flatMap(value -> Accesses.parts(value).stream()).filter(Entry.class::isInstance).map(Entry.class::cast);
  }

  /** Returns the tensors that the instructions and those inside them access, with repetitions. */
  static Stream<Tensor> tensors(List<Instruction> code) {
    return code.stream().flatMap(instruction -> Stream.concat(tensors(inside(instruction)),
        instruction instanceof Instruction.Fill fill ? Stream.of(fill.tensor()) : entries(instruction).map(Entry::tensor)));
  }

  /** Returns the instruction with other expressions and targets; loops stay. */
  static Instruction map(Instruction instruction, UnaryOperator<Scalar> rewriting) {
    return instruction instanceof Let let ? new Let(let.variable(), let.type(), rewriting.apply(let.value()))
        : instruction instanceof Instruction.Whole whole ? new Instruction.Whole(whole.variable(), rewriting.apply(whole.value()))
        : instruction instanceof Store store ? new Store((Entry) rewriting.apply(store.to()), rewriting.apply(store.value()))
        : instruction instanceof Accumulate sum ? new Accumulate(sum.reduction(), rewriting.apply(sum.to()), rewriting.apply(sum.value()))
        : instruction instanceof MultiplyAdd sum ? new MultiplyAdd((Scalar.Local) rewriting.apply(sum.to()), rewriting.apply(sum.factor()), rewriting.apply(sum.other()))
        : instruction;
  }

  /** Returns the integer that the expression is known to be; empty for other expressions. */
  static Optional<Affine> wholeNumber(Scalar scalar) {
    return scalar instanceof CounterExpression count ? Optional.of(count.number())
        : scalar instanceof Scalar.Number number && number.value().isSmallInteger(Integer.MAX_VALUE) ? Optional.of(Affine.of(number.value().intValueExact()))
        : Optional.empty();
  }

  /** Returns the integer that the instruction declares; empty if it declares none. */
  static Optional<Variable> declaredIndex(Instruction instruction) {
    return instruction instanceof Instruction.Index index ? Optional.of(index.variable())
        : instruction instanceof Instruction.Digit digit ? Optional.of(digit.variable())
        : instruction instanceof Instruction.Whole whole ? Optional.of(whole.variable()) : Optional.empty();
  }

  /** Returns the instructions inside a loop, a product or a method. */
  static List<Instruction> inside(Instruction instruction) {
    return instruction instanceof Loop loop ? loop.body() : instruction instanceof Gemm gemm ? gemm.body() : instruction instanceof Instruction.Outlined part ? part.body() : List.of();
  }
}
