package dev.nngen.schedule;

import java.util.List;

/** A loop program and the passes that run on it before it is printed. */
public record ScheduledProgram(LoopProgram program, List<LoopPass> passes) {

  public ScheduledProgram {
    passes = List.copyOf(passes);
  }

  /** Returns the program after all passes. */
  public LoopProgram run() {
    return program.run(passes);
  }

  /** Returns the program after the passes up to the one with that name; unchanged if there is no such pass. */
  public LoopProgram runTo(String name) {
    return program.run(passes.subList(0, passes.stream().map(LoopPass::name).toList().indexOf(name) + 1));
  }
}
