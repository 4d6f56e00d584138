package dev.nngen.train;

import dev.nngen.train.data.Fault;
import dev.nngen.train.data.Prepared;

/** One training step, as the options want it. */
interface Stepper {

  /**
   * Trains on some rows.
   *
   * @param from the first of them
   * @param to behind the last of them
   * @return the loss before the step
   */
  double step(int[] rows, int from, int to, int epoch, int batch) throws Fault;

  /** The plainest stepper that does what the options ask for. */
  static Stepper of(Network network, Prepared prepared, Task task, TrainOptions options) throws Fault {
    return new Plain(network, prepared, network.batch());
  }

  /** The generated class's own step. */
  record Plain(Network network, Prepared prepared, Batch matrices) implements Stepper {
    @Override
    public double step(int[] rows, int from, int to, int epoch, int batch) {
      matrices.fill(prepared.data(), prepared.scaling(), rows, from, to);
      return network.step(matrices);
    }
  }
}
