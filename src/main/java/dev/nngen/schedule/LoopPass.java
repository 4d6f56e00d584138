package dev.nngen.schedule;

/** A rewriting of loop programs that changes how something is computed, not what. */
public interface Pass {

  /** The program rewritten. */
  LoopProgram run(LoopProgram program);

  /** What the pass is called on the command line. */
  default String name() {
    return getClass().getSimpleName();
  }
}
