package dev.nngen.schedule;

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

/** Copies of instructions, with other numbers in the place of counters and with variables of their own. */
final class Copy extends Rewriting {

  private final Function<Variable, Optional<Affine>> counters;
  private final UnaryOperator<Variable> rename;
  private final Map<Integer, Variable> renamed = new HashMap<>();

  /**
   * @param counters replacements of counters; empty for those that stay
   * @param rename the replacement of a variable that the instructions declare
   */
  Copy(Function<Variable, Optional<Affine>> counters, UnaryOperator<Variable> rename) {
    this.counters = counters;
    this.rename = rename;
  }

  List<Instruction> of(List<Instruction> body) {
    return body.stream().map(this::of).toList();
  }

  Instruction of(Instruction instruction) {
    if (instruction instanceof Loop loop) {
      return loop.with(of(loop.body()));
    }
    if (instruction instanceof Let let) {
      Scalar value = apply(let.value());
      return new Let(declare(let.variable()), let.type(), value);
    }
    if (instruction instanceof Accumulator accumulator) {
      Variable variable = declare(accumulator.variable());
      return new Accumulator(apply(accumulator.to()), variable, accumulator.type(), accumulator.reduction());
    }
    return Expressions.map(instruction, this::apply);
  }

  private Variable declare(Variable variable) {
    Variable own = rename.apply(variable);
    renamed.put(variable.id(), own);
    return own;
  }

  @Override
  public Scalar address(Scalar.Address address) {
    Entry entry = (Entry) address;
    return new Entry(entry.tensor(), entry.offset().replace(counters), entry.type());
  }

  @Override
  public Scalar local(Scalar.Local local) {
    return renamed.containsKey(local.id()) ? new Scalar.Local(renamed.get(local.id()).id()) : local;
  }
}
