package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.SquareSum;
import dev.nngen.train.data.Task;
import java.util.Arrays;

/** Runs training steps as the options require. */
interface Stepper {

  /**
   * Trains on some rows.
   *
   * @param from the first of them
   * @param to the end of them, exclusive
   * @return each loss before its step
   */
  double[] step(int[] rows, int from, int to, int epoch, int batch) throws DataException;

  /** Returns the simplest stepper for the options. */
  static Stepper of(CompiledModel model, Network network, Prepared prepared, TrainOptions options) throws DataException {
    if (options.classWeights().isPresent() && prepared.task().kind() != Task.Kind.CLASSES) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "--class-weights needs classes, but the targets are not classes");
    }
    Stepper stepper = new Plain(network, prepared, network.batch());
    if (options.classWeights().isPresent()) {
      stepper = new WeightedStepper(network, prepared, options);
    } else if (options.clipNorm() > 0) {
      stepper = new Clipping(network, prepared, network.batch(), options.clipNorm(), new double[network.parameterCount()]);
    }
    return options.checkFinite() ? new FiniteCheck(stepper, model, network, prepared) : stepper;
  }

  /** Runs the generated class's own steps: one for each loss, in declaration order. */
  record Plain(Network network, Prepared prepared, Batch matrices) implements Stepper {
    @Override
    public double[] step(int[] rows, int from, int to, int epoch, int batch) {
      matrices.fill(prepared.data(), rows, from, to);
      return network.step(matrices);
    }
  }

  /** Runs steps with the generated class's gradients, clipped to a maximum norm. */
  record Clipping(Network network, Prepared prepared, Batch matrices, double norm, double[] gradients) implements Stepper {
    @Override
    public double[] step(int[] rows, int from, int to, int epoch, int batch) {
      matrices.fill(prepared.data(), rows, from, to);
      double[] losses = new double[network.lossNames().size()];
      for (int k = 0; k < losses.length; k++) {
        losses[k] = network.gradients(k, matrices);
        Arrays.fill(gradients, 0);
        network.addGradients(k, gradients);
        clip(gradients, norm);
        network.updateState(k, matrices);
        network.applyGradients(k, gradients);
      }
      return losses;
    }
  }

  /** Scales a vector down to the given length if it is longer. */
  static void clip(double[] vector, double longest) {
    SquareSum squares = new SquareSum();
    for (double entry : vector) {
      squares.add(entry);
    }
    double factor = longest / squares.root();
    if (factor < 1) {
      for (int k = 0; k < vector.length; k++) {
        vector[k] *= factor;
      }
    }
  }
}
