package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Accumulates in a local if an innermost loop adds to one entry of memory; the local is added to the entry after the loop. An example is the sum over {@code c}
 * in {@code db[j] += dZ[t, j, c]} if an outer loop runs over {@code t}. Without a local each iteration waits for the store of the one before, and the loop cannot be vectorized.
 */
public final class InnermostSums implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewritten(program.body(), program.variables()));
  }

  private static List<Instruction> rewritten(List<Instruction> body, Variable.Source variables) {
    List<Instruction> code = new ArrayList<>();
    for (Instruction instruction : body) {
      if (instruction instanceof Loop loop && loop.kind() == Kind.SEQUENTIAL) {
        code.addAll(loop.body().stream().anyMatch(Loop.class::isInstance) ? List.of(loop.with(rewritten(loop.body(), variables))) : innermost(loop, variables));
      } else {
        code.add(instruction instanceof Instruction.Gemm gemm ? gemm.with(rewritten(gemm.body(), variables)) : instruction);
      }
    }
    return code;
  }

  private static List<Instruction> innermost(Loop loop, Variable.Source variables) {
    Map<Entry, Accumulator> locals = new LinkedHashMap<>();
    List<Instruction> body = new ArrayList<>();
    for (Instruction instruction : loop.body()) {
      if (instruction instanceof Accumulate sum && sum.to() instanceof Entry to && isOne(to, loop)) {
        Accumulator local = locals.computeIfAbsent(to, entry -> accumulator(entry, sum, variables));
        body.add(new Accumulate(sum.reduction(), local.to(), sum.value()));
      } else {
        body.add(instruction);
      }
    }
    List<Instruction> code = new ArrayList<>(locals.values());
    code.add(loop.with(body));
    locals.forEach((to, local) -> code.add(new Accumulate(local.reduction(), to, local.to())));
    return code;
  }

  private static Accumulator accumulator(Entry to, Accumulate sum, Variable.Source variables) {
    Variable variable = variables.next(to.tensor().name(), to.subscripts(), List.of());
    return new Accumulator(new Scalar.Local(variable.id()), variable, Type.NUMBER, sum.reduction());
  }

  /** Returns whether an entry of a matrix is the same in all iterations, and no other instruction of the loop accesses the matrix. */
  private static boolean isOne(Entry to, Loop loop) {
    boolean same = !to.tensor().isScalar() && !to.offset().dependsOn(loop.counter()) && loop.body().stream().noneMatch(instruction -> InstructionExpressions.declaredIndex(instruction).filter(to.offset()::dependsOn).isPresent());
    return same && loop.body().stream().allMatch(instruction -> instruction instanceof Accumulate sum && sum.to().equals(to) ? !reads(sum.value(), to)
        : InstructionExpressions.entries(instruction).noneMatch(entry -> entry.tensor().equals(to.tensor())));
  }

  private static boolean reads(Scalar value, Entry to) {
    return Accesses.anyPart(value, part -> part instanceof Entry entry && entry.tensor().equals(to.tensor()));
  }
}
