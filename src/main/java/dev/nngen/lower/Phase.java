package dev.nngen.lower;

/** The last stage that a {@link Program} has passed. */
public sealed interface Phase {

  /** {@code grad} is still a {@link dev.nngen.ir.Node.Derivative}. */
  non-sealed interface Lowered extends Phase {}

  /** Gradients are named values, and there are no derivatives. */
  non-sealed interface Differentiated extends Phase {}

  /** Every value has its best form. */
  interface Simplified extends Differentiated {}
}
