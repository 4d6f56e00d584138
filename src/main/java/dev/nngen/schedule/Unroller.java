package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Whole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes out the iterations of unrolled loops in sequence. Inner loops that are not unrolled are fused (unroll and jam). Values that are equal in all
 * iterations are computed once.
 */
public final class Unroller implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewrite(program.body(), program.variables()));
  }

  private static List<Instruction> rewrite(List<Instruction> code, Variable.Source variables) {
    List<Instruction> result = new ArrayList<>();
    for (Instruction instruction : code) {
      if (instruction instanceof Loop loop && loop.kind() == Kind.UNROLLED) {
        result.addAll(rewrite(new Jam(loop, variables).of(loop.body()), variables));
      } else {
        result.add(instruction instanceof Loop loop ? loop.with(rewrite(loop.body(), variables)) : instruction);
      }
    }
    return result;
  }

  /** One unrolled loop. */
  private static final class Jam {
    private final Variable counter;
    private final List<InstructionCopier> copies;
    /** Variables that the iterations declare, one for each iteration. */
    private final Set<Integer> own = new HashSet<>();

    Jam(Loop loop, Variable.Source variables) {
      this.counter = loop.counter();
      this.copies = IntStream.range(0, Math.toIntExact(loop.extent().constant().orElseThrow())).mapToObj(k -> new InstructionCopier(
          variable -> variable.equals(counter) ? Optional.of(Affine.of(k)) : Optional.empty(),
          variable -> copy(variable, k, variables))).toList();
    }

    /** Returns the variable of the k-th iteration; if the counter is its subscript, the counter's value replaces it. */
    private Variable copy(Variable variable, int k, Variable.Source variables) {
      boolean isSubscript = variable.subscripts().contains(counter);
      List<Variable> others = variable.subscripts().stream().filter(subscript -> !subscript.equals(counter)).toList();
      return variables.next(variable.name(), variable.suffix() + (isSubscript ? "_" + k : variable.name().equals("s") ? k : ""), others);
    }

    List<Instruction> of(List<Instruction> body) {
      List<Instruction> code = new ArrayList<>();
      List<Instruction> together = new ArrayList<>();
      for (Instruction instruction : body) {
        if (instruction instanceof Loop loop && loop.kind() != Kind.UNROLLED) {
          repeat(together, code);
          code.add(loop.with(of(loop.body())));
        } else if (instruction instanceof Let let && !differs(let.value()) || instruction instanceof Whole whole && !differs(whole.value())) {
          repeat(together, code);
          code.add(instruction);
        } else {
          together.add(instruction);
          declare(instruction);
        }
      }
      repeat(together, code);
      return code;
    }

    private void declare(Instruction instruction) {
      if (instruction instanceof Let let) {
        own.add(let.variable().id());
      } else if (instruction instanceof Accumulator accumulator) {
        own.add(accumulator.variable().id());
      }
      InstructionExpressions.declaredIndex(instruction).ifPresent(variable -> own.add(variable.id()));
    }

    private boolean differs(Scalar value) {
      return Accesses.anyPart(value, part -> part instanceof Entry entry && differs(entry.offset()) || part instanceof CounterExpression count && differs(count.number())
          || part instanceof Scalar.Local local && own.contains(local.id()));
    }

    private boolean differs(Affine number) {
      return number.variables().stream().anyMatch(variable -> variable.equals(counter) || own.contains(variable.id()));
    }

    /** Emits the iterations of consecutive instructions. */
    private void repeat(List<Instruction> together, List<Instruction> code) {
      copies.forEach(copy -> code.addAll(copy.of(together)));
      together.clear();
    }
  }
}
