package dev.nngen.schedule;

/** A rewriting of loop programs that preserves the values they compute. */
public interface LoopPass {

  /** Returns the rewritten program. */
  LoopProgram run(LoopProgram program);

  /** Returns the name of the pass on the command line. */
  default String name() {
    return getClass().getSimpleName();
  }
}
