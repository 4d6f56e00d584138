package dev.nngen.schedule;

import java.util.List;

/**
 * A program of the loop language.
 *
 * @param parameters integers given by the caller
 * @param variables source of new variables
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
   * Runs the passes in sequence and verifies the program after each.
   *
   * @throws IllegalStateException if a pass produces an invalid program
   */
  public LoopProgram run(List<LoopPass> passes) {
    LoopProgram program = this;
    for (LoopPass pass : passes) {
      program = pass.run(program);
      LoopVerifier.verify(program);
    }
    return program;
  }

  /** Returns the program as text, see {@link LoopPrinter}. */
  @Override
  public String toString() {
    return LoopPrinter.print(this);
  }
}
