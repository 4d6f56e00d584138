package dev.nngen.schedule;

import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Index;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Names the offset of a nest's point if its innermost loop uses the offset more than once: {@code final int at = i * m + c}. This is for readability;
 * HotSpot finds such expressions itself.
 */
public final class IndexSharing implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewrite(program.body(), List.of(), Set.of(), program.variables()));
  }

  /**
   * @param held tensors in locals, whose entries have no offset
   */
  private List<Instruction> rewrite(List<Instruction> code, List<Variable> counters, Set<Tensor> held, Variable.Source variables) {
    return code.stream().map(instruction -> {
      if (instruction instanceof Gemm gemm) {
        return gemm.with(rewrite(gemm.body(), counters, gemm.isStored() ? held : Set.of(gemm.product().to()), variables));
      }
      if (!(instruction instanceof Loop loop)) {
        return instruction;
      }
      List<Variable> all = new ArrayList<>(counters);
      all.add(loop.counter());
      return loop.with(loop.body().stream().anyMatch(Loop.class::isInstance) ? rewrite(loop.body(), all, held, variables)
          : share(loop.body(), all, held, variables));
    }).toList();
  }

  private List<Instruction> share(List<Instruction> body, List<Variable> counters, Set<Tensor> held, Variable.Source variables) {
    List<Affine> points = body.stream().flatMap(InstructionExpressions::entries).map(Entry::offset)
        .filter(offset -> counters.size() > 1 && List.copyOf(offset.variables()).equals(counters)).toList();
    Optional<Affine> shared = points.stream().filter(point -> points.indexOf(point) != points.lastIndexOf(point)).findFirst();
    if (shared.isEmpty()) {
      return body;
    }
    Index index = new Index(variables.next("at"), shared.get());
    Sharing sharing = new Sharing(index, held);
    List<Instruction> code = new ArrayList<>(List.of(index));
    body.forEach(instruction -> code.add(InstructionExpressions.map(instruction, sharing::apply)));
    return code;
  }

  private static final class Sharing extends Rewriting {
    private final Index index;
    private final Set<Tensor> held;

    Sharing(Index index, Set<Tensor> held) {
      this.index = index;
      this.held = held;
    }

    @Override
    public Scalar address(Scalar.Address address) {
      return address instanceof Entry entry && entry.offset().equals(index.value()) && !held.contains(entry.tensor())
          ? new Entry(entry.tensor(), Affine.of(index.variable()), entry.type()) : address;
    }
  }
}
