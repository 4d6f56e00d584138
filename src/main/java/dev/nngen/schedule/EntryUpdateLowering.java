package dev.nngen.schedule;

import dev.nngen.ir.Rational;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lowers the update of those entries of a parameter that data select, such as the columns of an embedding table for the words of a batch. It runs the
 * loops that add up the gradient three times: to clear the entries, to add to them, and to update them. An entry that is selected again has been
 * updated and its gradient cleared, so that the second update changes nothing. The time does not depend on the size of the table.
 */
public final class EntryUpdateLowering {

  private static final Scalar ZERO = new Scalar.Number(Rational.ZERO);

  private final Variable.Source variables;
  private final Tensor gradient;
  private final List<Instruction> update;
  private final Variable entry;

  private EntryUpdateLowering(Variable.Source variables, Tensor gradient, Loop update) {
    this.variables = variables;
    this.gradient = gradient;
    this.update = update.body();
    this.entry = update.counter();
  }

  /**
   * Returns the loops that update the selected entries.
   *
   * @param sums the loops that add up the gradient, after instructions that clear all of it
   * @param update the update of all entries in one loop, after the numbers that it needs
   */
  public static List<Instruction> lower(List<Instruction> sums, List<Instruction> update, Variable.Source variables) {
    Instruction cleared = sums.stream().filter(instruction -> Fill.in(instruction).isPresent()).findFirst().orElseThrow();
    List<Instruction> code = new ArrayList<>(update.subList(0, update.size() - 1));
    EntryUpdateLowering lowering = new EntryUpdateLowering(variables, Fill.in(cleared).orElseThrow().tensor(), (Loop) update.get(update.size() - 1));
    List<Instruction> loops = sums.stream().filter(instruction -> !instruction.equals(cleared)).toList();
    code.addAll(LiveInstructions.of(lowering.copied(loops, Pass.CLEAR)));
    code.addAll(loops);
    code.addAll(LiveInstructions.of(lowering.copied(loops, Pass.UPDATE)));
    return code;
  }

  private enum Pass { CLEAR, UPDATE }

  private List<Instruction> copied(List<Instruction> loops, Pass pass) {
    return new InstructionCopier(variable -> Optional.empty(), this::renamed).of(loops).stream().map(instruction -> with(instruction, pass)).toList();
  }

  private Variable renamed(Variable variable) {
    return variables.next(variable.name(), variable.suffix(), variable.subscripts());
  }

  private Instruction with(Instruction instruction, Pass pass) {
    return instruction instanceof Loop loop ? loop.with(loop.body().stream().flatMap(inner -> inner instanceof Accumulate sum ? of((Entry) sum.to(), pass).stream() : List.of(with(inner, pass)).stream()).toList()) : instruction;
  }

  /** Returns the instructions for an entry of the gradient. */
  private List<Instruction> of(Entry place, Pass pass) {
    List<Instruction> code = new ArrayList<>();
    if (pass == Pass.UPDATE) {
      code.addAll(new InstructionCopier(variable -> variable.equals(entry) ? Optional.of(place.offset()) : Optional.empty(), this::renamed).of(update));
    }
    code.add(new Store(new Entry(gradient, place.offset()), ZERO));
    return code;
  }
}
