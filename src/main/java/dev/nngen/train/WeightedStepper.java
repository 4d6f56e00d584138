package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.Task;
import java.util.Arrays;

/**
 * Runs a step for each loss in which classes have weights: the weighted mean of the losses of the batch's classes. The losses must be means over the
 * samples. Then weights of 1 give the original step, targets stay in their declared range, and penalties of weights keep their size.
 */
final class WeightedStepper implements Stepper {

  private static final double TOLERANCE = 1e-6;

  private final Network network;
  private final Prepared prepared;
  private final Task task;
  private final Batch matrices;
  private final double clipNorm;
  private final double[] weights;
  private final double[] sum;
  private final double[] gradients;
  private final double[] sample;

  WeightedStepper(Network network, Prepared prepared, TrainOptions options) throws DataException {
    this.network = network;
    this.prepared = prepared;
    this.task = prepared.task();
    this.matrices = network.batch();
    this.clipNorm = options.clipNorm();
    this.sum = new double[network.parameterCount()];
    this.gradients = new double[network.parameterCount()];
    this.sample = new double[prepared.data().sampleSize()];
    if (network.stateCount() > 0) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "--class-weights computes the loss of each class by itself, and the states of " + network.model().name()
          + " are those of a whole batch").help("weight the samples in the loss, or remove --class-weights");
    }
    this.weights = weights(options.classWeights().orElseThrow());
    requireMean(options.seed());
  }

  private double[] weights(ClassWeights given) throws DataException {
    int classes = task.classes().size();
    if (!given.given().isEmpty() && given.given().size() != classes) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "--class-weights names " + given.given().size() + " weights for " + classes + " classes: "
          + String.join(", ", task.classes()));
    }
    int[] counts = new int[classes];
    for (int row : prepared.split().training()) {
      counts[classOf(row)]++;
    }
    return given.of(counts);
  }

  private int classOf(int row) {
    prepared.data().sample(row, sample);
    return task.classOf(prepared.data(), sample);
  }

  /** Checks that a repeated sample does not change the loss. */
  private void requireMean(long seed) throws DataException {
    if (network.maxBatch() < 2) {
      return;
    }
    network.initialize(seed);
    int row = prepared.split().training()[0];
    int[] twice = {row, row};
    matrices.fill(prepared.data(), twice, 0, 1);
    double once = Arrays.stream(network.losses(matrices)).sum();
    matrices.fill(prepared.data(), twice, 0, 2);
    double both = Arrays.stream(network.losses(matrices)).sum();
    if (Math.abs(once - both) > TOLERANCE * Math.max(Math.abs(once), Math.abs(both))) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "--class-weights needs a loss that is a mean over the samples, but that of "
          + network.model().name() + " grows with their number").help("divide the sum by m, or use mean()");
    }
  }

  @Override
  public double[] step(int[] rows, int from, int to, int epoch, int batch) {
    int[] sorted = Arrays.copyOfRange(rows, from, to);
    int[] counts = sortByClass(sorted);
    double total = 0;
    for (int k = 0; k < counts.length; k++) {
      total += counts[k] * weights[k];
    }
    double[] losses = new double[network.lossNames().size()];
    for (int loss = 0; loss < losses.length; loss++) {
      Arrays.fill(sum, 0);
      int start = 0;
      for (int k = 0; k < counts.length; k++) {
        if (counts[k] > 0) {
          double share = counts[k] * weights[k] / total;
          losses[loss] += share * add(loss, sorted, start, start + counts[k], share);
          start += counts[k];
        }
      }
      if (clipNorm > 0) {
        Stepper.clip(sum, clipNorm);
      }
      network.applyGradients(loss, sum);
    }
    return losses;
  }

  /** Adds a share of the gradients of some rows; returns their loss. */
  private double add(int of, int[] rows, int from, int to, double share) {
    matrices.fill(prepared.data(), rows, from, to);
    double loss = network.gradients(of, matrices);
    Arrays.fill(gradients, 0);
    network.addGradients(of, gradients);
    for (int k = 0; k < sum.length; k++) {
      sum[k] += share * gradients[k];
    }
    return loss;
  }

  /** Groups rows by class, keeping their order within a class; returns the number of rows of each class. */
  private int[] sortByClass(int[] rows) {
    int[] counts = new int[weights.length];
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      classes[i] = classOf(rows[i]);
      counts[classes[i]]++;
    }
    int[] unsorted = rows.clone();
    int at = 0;
    for (int k = 0; k < counts.length; k++) {
      for (int i = 0; i < unsorted.length; i++) {
        if (classes[i] == k) {
          rows[at++] = unsorted[i];
        }
      }
    }
    return counts;
  }
}
