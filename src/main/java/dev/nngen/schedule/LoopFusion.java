package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fuses the outermost loops of a program if they run over the same axis and their iterations may be interleaved. Code before the second loop moves
 * before the fused loop, and results are stored after it. This saves loop overhead and keeps values of one nest in registers for the next.
 */
public final class LoopFusion implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    List<Instruction> code = program.body();
    int last = IntStream.range(0, code.size()).filter(k -> code.get(k) instanceof Loop).max().orElse(-1);
    if (last < 0) {
      return program;
    }
    Loop frame = (Loop) code.stream().filter(Loop.class::isInstance).findFirst().orElseThrow();
    List<Instruction> before = new ArrayList<>();
    List<Instruction> body = new ArrayList<>();
    List<Instruction> behind = new ArrayList<>();
    for (Instruction instruction : code.subList(0, last + 1)) {
      if (instruction instanceof Loop loop) {
        body.addAll(new InstructionCopier(counter -> counter.equals(loop.counter()) ? Optional.of(Affine.of(frame.counter())) : Optional.empty(),
            variable -> variable).of(loop.body()));
      } else {
        (instruction instanceof Store || instruction instanceof Accumulate ? behind : before).add(instruction);
      }
    }
    List<Instruction> fused = new ArrayList<>(before);
    fused.add(frame.with(body));
    fused.addAll(behind);
    fused.addAll(code.subList(last + 1, code.size()));
    return program.with(fused);
  }
}
