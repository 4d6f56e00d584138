package com.acme.digits;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sums of losses and gradients of samples. The class computes means over its samples; each is weighted with their
 * number, so that the mean over all workers, penalties included, is that of one machine.
 */
final class GradientSum implements Serializable {

  private static final long serialVersionUID = 1;
  private static final int CHUNK = 128;

  /** An instance is for one thread; Spark runs each task on a thread of its own and uses threads again. */
  private static final ThreadLocal<Digits> NET = ThreadLocal.withInitial(() -> new Digits(CHUNK));

  private final double[] gradients = new double[Digits.PARAMETER_COUNT];
  private double loss;
  private long samples;

  /** Adds the gradients of samples, at parameters in their flat order. */
  GradientSum add(double[] parameters, List<Sample> batch) {
    Digits net = NET.get();
    net.setParameters(parameters, 0);
    double[] own = new double[gradients.length];
    for (List<Sample> chunk : chunks(batch)) {
      loss += chunk.size() * net.gradients(Sample.inputs(chunk), Sample.targets(chunk));
      Arrays.fill(own, 0);
      net.addGradients(own, 0);
      addScaled(own, chunk.size());
      samples += chunk.size();
    }
    return this;
  }

  /** Adds the loss of samples alone. */
  GradientSum addLoss(double[] parameters, List<Sample> batch) {
    Digits net = NET.get();
    net.setParameters(parameters, 0);
    for (List<Sample> chunk : chunks(batch)) {
      loss += chunk.size() * net.loss(Sample.inputs(chunk), Sample.targets(chunk));
      samples += chunk.size();
    }
    return this;
  }

  GradientSum merge(GradientSum other) {
    addScaled(other.gradients, 1);
    loss += other.loss;
    samples += other.samples;
    return this;
  }

  double meanLoss() {
    return loss / samples;
  }

  double[] meanGradients() {
    return Arrays.stream(gradients).map(sum -> sum / samples).toArray();
  }

  private void addScaled(double[] other, double factor) {
    for (int k = 0; k < gradients.length; k++) {
      gradients[k] += factor * other[k];
    }
  }

  private static List<List<Sample>> chunks(List<Sample> batch) {
    return IntStream.iterate(0, from -> from < batch.size(), from -> from + CHUNK)
        .mapToObj(from -> batch.subList(from, Math.min(batch.size(), from + CHUNK))).toList();
  }
}
