package dev.nngen.schedule;

import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accumulates in locals instead of memory, entry by entry. Each entry of a cleared tensor gets a local, which is stored when it is complete: at the
 * end of an iteration if the entry belongs to it, otherwise after the loop.
 */
public final class AccumulatorPromotion implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(new Level(program.variables()).rewrite(program.body()));
  }

  private static final class Level {
    private final Variable.Source variables;
    private final Map<Tensor, Reduction> cleared = new HashMap<>();

    Level(Variable.Source variables) {
      this.variables = variables;
    }

    List<Instruction> rewrite(List<Instruction> given) {
      given.stream().filter(Fill.class::isInstance).map(Fill.class::cast).forEach(fill -> cleared.put(fill.tensor(), fill.reduction()));
      List<Instruction> code = new ArrayList<>();
      Map<Entry, Accumulator> open = new LinkedHashMap<>();
      for (int k = 0; k < given.size(); k++) {
        Instruction instruction = given.get(k);
        if (instruction instanceof Loop loop) {
          targets(loop.body(), loop.counter()).forEach(target -> declare(target, open, code));
          code.add(loop.with(rewrite(replace(loop.body(), open))));
        } else if (!(instruction instanceof Fill)) {
          target(instruction).ifPresent(target -> declare(target, open, code));
          code.add(replace(List.of(instruction), open).get(0));
        }
        List<Instruction> rest = given.subList(k + 1, given.size());
        open.entrySet().removeIf(entry -> {
          boolean complete = rest.stream().noneMatch(later -> joins(later, entry.getKey()));
          if (complete) {
            code.add(new Store(entry.getKey(), entry.getValue().to()));
          }
          return complete;
        });
      }
      return code;
    }

    private Optional<Entry> target(Instruction instruction) {
      return instruction instanceof Accumulate accumulate && accumulate.to() instanceof Entry entry && cleared.containsKey(entry.tensor())
          ? Optional.of(entry) : Optional.empty();
    }

    /** Returns the entries that all iterations of a loop accumulate to. */
    private List<Entry> targets(List<Instruction> body, Variable counter) {
      return body.stream().flatMap(instruction -> target(instruction).stream()).filter(entry -> !entry.offset().dependsOn(counter)).distinct().toList();
    }

    private static boolean joins(Instruction instruction, Entry entry) {
      return instruction instanceof Accumulate accumulate && accumulate.to().equals(entry)
          || InstructionExpressions.inside(instruction).stream().anyMatch(inner -> joins(inner, entry));
    }

    private void declare(Entry target, Map<Entry, Accumulator> open, List<Instruction> code) {
      if (!open.containsKey(target)) {
        Variable variable = variables.next(target.tensor().name(), target.subscripts(), List.of());
        open.put(target, new Accumulator(new Scalar.Local(variable.id()), variable, Type.NUMBER, cleared.get(target.tensor())));
        code.add(open.get(target));
      }
    }

    private static List<Instruction> replace(List<Instruction> body, Map<Entry, Accumulator> open) {
      return body.stream().map(instruction -> instruction instanceof Accumulate accumulate && open.containsKey(accumulate.to())
          ? (Instruction) new Accumulate(accumulate.reduction(), open.get(accumulate.to()).to(), accumulate.value()) : instruction).toList();
    }
  }
}
