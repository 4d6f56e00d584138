package dev.nngen.bench;

/** A network and its batch, ready to run on one thread. Only these methods are measured. */
public interface Prepared {

  /** Runs one step of the optimizer with the whole batch. The loss is not read. */
  void step() throws Exception;

  /** Computes the outputs for the first sample, in an array or matrix of Java. */
  void predict() throws Exception;

  /**
   * The loss and its gradient with the parameters of {@link Data#of}, for comparison. Called before anything else, or never.
   *
   * @return the gradient in the order of {@link Data}; NaN if the peer does not return the loss
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
