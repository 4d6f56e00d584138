package dev.nngen.schedule;

import java.util.List;

/** A loop program and the passes that it goes through before it is printed. */
public record Scheduled(LoopProgram program, List<Pass> passes) {

  public Scheduled {
    passes = List.copyOf(passes);
  }

  /** The program after all passes. */
  public LoopProgram run() {
    return program.run(passes);
  }

  /** The program after the passes up to the one of that name; before all passes where it goes through none of that name. */
  public LoopProgram runTo(String name) {
    return program.run(passes.subList(0, passes.stream().map(Pass::name).toList().indexOf(name) + 1));
  }
}
