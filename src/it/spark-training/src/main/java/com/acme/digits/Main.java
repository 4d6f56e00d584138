package com.acme.digits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** {@code spark-submit --class com.acme.digits.Main spark-training.jar digits.csv.gz weights.safetensors}. */
public final class Main {

  private static final int EPOCHS = 20;
  private static final int SHARE = 32;

  private Main() {}

  /** Trains on the cluster that {@code spark-submit} names, or on two threads, and saves the network. */
  public static void main(String[] args) throws IOException {
    SparkConf conf = new SparkConf().setAppName("digits").setIfMissing("spark.master", "local[2]");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      ClusterTraining training = new ClusterTraining(spark, Sample.read(Path.of(args[0])), spark.defaultParallelism(), SHARE, 1);
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        System.out.printf(Locale.ROOT, "epoch %d, loss %.6f%n", epoch, training.epoch());
      }
      training.network().save(Path.of(args[1]));
    }
  }
}
