package dev.nngen.schedule;

import java.util.List;

/**
 * A program of the loop language.
 *
 * @param parameters whole numbers that are given from outside
 * @param variables gives further variables
 */
public record LoopProgram(List<Variable> parameters, Variable.Source variables, List<Instruction> body) {

  public LoopProgram {
    parameters = List.copyOf(parameters);
    body = List.copyOf(body);
  }

  public LoopProgram with(List<Instruction> other) {
    return new LoopProgram(parameters, variables, other);
  }

  /**
   * What becomes of the program by the passes, one after the other; it is verified after each.
   *
   * @throws IllegalStateException if a pass makes a program that is not sound
   */
  public LoopProgram run(List<Pass> passes) {
    LoopProgram program = this;
    for (Pass pass : passes) {
      program = pass.run(program);
      LoopVerifier.verify(program);
    }
    return program;
  }

  /** The program as text, see {@link LoopPrinter}. */
  @Override
  public String toString() {
    return LoopPrinter.print(this);
  }
}
