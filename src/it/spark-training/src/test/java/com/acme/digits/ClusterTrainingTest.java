package com.acme.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClusterTrainingTest {

  private static final long SEED = 7;
  private static final int PARTITIONS = 3;

  private static JavaSparkContext spark;
  private static List<Sample> samples;

  @BeforeAll
  static void start() throws IOException {
    spark = new JavaSparkContext(new SparkConf().setAppName("test").setMaster("local[2]").set("spark.ui.enabled", "false")
        .set("spark.driver.host", "localhost").set("spark.driver.bindAddress", "127.0.0.1").set("spark.log.level", "WARN"));
    samples = Sample.read(Path.of(System.getProperty("digits.csv")));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** Shares that divide the partitions evenly and not, and larger than what a worker computes at once. */
  @Test
  void lossesAreThoseOfOneMachine() {
    for (int share : new int[] {100, 250}) {
      ClusterTraining cluster = new ClusterTraining(spark, samples, PARTITIONS, share, SEED);
      List<List<Sample>> batches = batches(cluster.partitions().collect(), share);
      assertEquals(samples.size(), batches.stream().mapToInt(List::size).sum());
      Digits single = new Digits(samples.size()).initialize(SEED);
      for (int epoch = 0; epoch < 4; epoch++) {
        batches.forEach(batch -> single.step(Sample.inputs(batch), Sample.targets(batch)));
        double expected = single.loss(Sample.inputs(samples), Sample.targets(samples));
        assertEquals(expected, cluster.epoch(), 1e-9, "share " + share + ", epoch " + epoch);
      }
    }
  }

  @Test
  void theNetworkLearnsToRead() {
    ClusterTraining cluster = new ClusterTraining(spark, samples.subList(0, 1500), 2, 50, SEED);
    double first = cluster.epoch();
    double last = first;
    for (int epoch = 1; epoch < 8; epoch++) {
      last = cluster.epoch();
    }
    assertTrue(last < first / 2, first + " to " + last);
    assertTrue(accuracy(cluster.network(), samples.subList(1500, samples.size())) > 0.85);
  }

  /** Batch k has the k-th share of each partition. */
  private static List<List<Sample>> batches(List<List<Sample>> partitions, int share) {
    List<List<Sample>> batches = new ArrayList<>();
    for (int from = 0; partitions.get(0).size() > from || partitions.get(PARTITIONS - 1).size() > from; from += share) {
      List<Sample> batch = new ArrayList<>();
      for (List<Sample> partition : partitions) {
        batch.addAll(ClusterTraining.part(partition, from, from + share));
      }
      batches.add(batch);
    }
    return batches;
  }

  private static double accuracy(Digits trained, List<Sample> unseen) {
    double[] parameters = new double[Digits.PARAMETER_COUNT];
    trained.getParameters(parameters, 0);
    Digits net = new Digits(unseen.size());
    net.setParameters(parameters, 0);
    DMatrixRMaj found = net.predict(Sample.inputs(unseen));
    int right = 0;
    for (int c = 0; c < unseen.size(); c++) {
      int best = 0;
      for (int r = 1; r < Sample.DIGITS; r++) {
        best = found.get(r, c) > found.get(best, c) ? r : best;
      }
      right += best == unseen.get(c).digit() ? 1 : 0;
    }
    return (double) right / unseen.size();
  }
}
