package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Copies instructions, with other numbers for counters and with new variables. */
final class InstructionCopier extends Rewriting {

  private final Function<Variable, Optional<Affine>> counters;
  private final UnaryOperator<Variable> rename;
  private final Map<Integer, Variable> renamed = new HashMap<>();

  /**
   * @param counters the replacement of each counter; empty for counters that stay
   * @param rename the replacement of a variable that the instructions declare
   */
  InstructionCopier(Function<Variable, Optional<Affine>> counters, UnaryOperator<Variable> rename) {
    this.counters = counters;
    this.rename = rename;
  }

  List<Instruction> of(List<Instruction> body) {
    return body.stream().map(this::of).toList();
  }

  Instruction of(Instruction instruction) {
    if (instruction instanceof Loop loop) {
      return new Loop(loop.kind(), loop.counter(), loop.extent().replace(this::replaced), loop.from().replace(this::replaced), loop.to().replace(this::replaced), loop.step(), of(loop.body()));
    }
    if (instruction instanceof Instruction.Digit digit) {
      return new Instruction.Digit(declare(digit.variable()), digit.value().replace(this::replaced), digit.divisor(), digit.modulus());
    }
    if (instruction instanceof Instruction.Whole whole) {
      Scalar value = apply(whole.value());
      return new Instruction.Whole(declare(whole.variable()), value);
    }
    if (instruction instanceof Let let) {
      Scalar value = apply(let.value());
      return new Let(declare(let.variable()), let.type(), value);
    }
    if (instruction instanceof Accumulator accumulator) {
      Variable variable = declare(accumulator.variable());
      return new Accumulator(apply(accumulator.to()), variable, accumulator.type(), accumulator.reduction());
    }
    if (instruction instanceof Instruction.Fill fill) {
      return new Instruction.Fill(fill.tensor(), fill.from().replace(this::replaced), fill.to().replace(this::replaced), fill.reduction());
    }
    return InstructionExpressions.map(instruction, this::apply);
  }

  private Variable declare(Variable variable) {
    Variable own = rename.apply(variable);
    renamed.put(variable.id(), own);
    return own;
  }

  private Optional<Affine> replaced(Variable variable) {
    return renamed.containsKey(variable.id()) ? Optional.of(Affine.of(renamed.get(variable.id()))) : counters.apply(variable);
  }

  /** Replaces a conditional expression with a known condition by the selected branch. */
  @Override
  public Scalar apply(Scalar.Apply apply) {
    Scalar copy = super.apply(apply);
    if (!(copy instanceof Scalar.Apply where) || where.fn() != Fn.WHERE || !(where.arguments().get(0) instanceof Scalar.Apply compared)
        || !compared.fn().isIndicator()) {
      return copy;
    }
    Optional<Long> left = InstructionExpressions.wholeNumber(compared.arguments().get(0)).flatMap(Affine::constant);
    Optional<Long> right = InstructionExpressions.wholeNumber(compared.arguments().get(1)).flatMap(Affine::constant);
    return left.isEmpty() || right.isEmpty() ? copy : where.arguments().get(compared.fn().evaluate(left.get(), right.get()) != 0 ? 1 : 2);
  }

  @Override
  public Scalar count(Scalar.Count count) {
    return new CounterExpression(((CounterExpression) count).number().replace(this::replaced));
  }

  @Override
  public Scalar address(Scalar.Address address) {
    Entry entry = (Entry) address;
    return new Entry(entry.tensor(), entry.offset().replace(this::replaced), entry.type());
  }

  @Override
  public Scalar local(Scalar.Local local) {
    return renamed.containsKey(local.id()) ? new Scalar.Local(renamed.get(local.id()).id()) : local;
  }
}
