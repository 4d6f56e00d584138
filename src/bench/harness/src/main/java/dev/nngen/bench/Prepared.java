package dev.nngen.bench;

/** A network and its batch, ready to run on one thread. What each method does is all that is measured. */
public interface Prepared {

  /** One step of the optimiser with the whole batch. Nobody reads the loss. */
  void step() throws Exception;

  /** The outputs for the first sample, back in an array or matrix of Java's. */
  void predict() throws Exception;

  /**
   * The loss and its gradient with the parameters of {@link Data#of}, for comparison. Called before anything else, or never.
   *
   * @return the gradient in the order of {@link Data}; NaN where the peer does not tell the loss
   */
  Gradient gradient() throws Exception;

  /**
   * A loss and its gradient.
   *
   * @param loss the loss, NaN where unknown
   * @param values the derivatives with respect to all parameters
   */
  record Gradient(double loss, double[] values) {}
}
