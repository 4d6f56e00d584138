package com.acme.digits;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * Data-parallel training. Each partition keeps its samples. For each step the driver sends all parameters as one flat array, every
 * partition computes gradients on its share of the batch, and the driver runs the optimizer's step with their sum.
 */
public final class ClusterTraining {

  private static final int DEPTH = 2;

  private final JavaSparkContext spark;
  private final JavaRDD<List<Sample>> partitions;
  private final Digits driver;
  private final int share;
  private final int steps;

  /**
   * Spreads the samples.
   *
   * @param share the number of samples of each partition in a batch
   */
  public ClusterTraining(JavaSparkContext spark, List<Sample> samples, int partitions, int share, long seed) {
    this.spark = spark;
    this.partitions = spark.parallelize(samples, partitions).glom().cache();
    this.driver = new Digits(1).initialize(seed);
    this.share = share;
    int largest = this.partitions.map(List::size).reduce(Math::max);
    this.steps = (largest + share - 1) / share;
  }

  /** The trained network. */
  public Digits network() {
    return driver;
  }

  /** The samples in their partitions. */
  JavaRDD<List<Sample>> partitions() {
    return partitions;
  }

  /** Runs a step for each batch; returns the loss of all samples after them. */
  public double epoch() {
    for (int step = 0; step < steps; step++) {
      step(step);
    }
    Broadcast<double[]> parameters = parameters();
    double loss = aggregate((sum, samples) -> sum.addLoss(parameters.value(), samples)).meanLoss();
    parameters.destroy();
    return loss;
  }

  private void step(int step) {
    Broadcast<double[]> parameters = parameters();
    int from = step * share;
    int to = from + share;
    GradientSum sum = aggregate((partial, samples) -> partial.add(parameters.value(), part(samples, from, to)));
    parameters.destroy();
    driver.applyGradients(sum.meanGradients(), 0);
  }

  private Broadcast<double[]> parameters() {
    double[] flat = new double[Digits.PARAMETER_COUNT];
    driver.getParameters(flat, 0);
    return spark.broadcast(flat);
  }

  private GradientSum aggregate(Function2<GradientSum, List<Sample>, GradientSum> add) {
    return partitions.treeAggregate(new GradientSum(), add, GradientSum::merge, DEPTH);
  }

  /** Returns the existing samples from one index to another. */
  static List<Sample> part(List<Sample> samples, int from, int to) {
    return samples.subList(Math.min(from, samples.size()), Math.min(to, samples.size()));
  }
}
