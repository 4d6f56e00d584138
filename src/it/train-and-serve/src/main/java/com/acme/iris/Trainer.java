package com.acme.iris;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Trains the network and writes its weights. */
public final class Trainer {

  private static final int BATCH = 16;
  private static final int EPOCHS = 200;

  private Trainer() {}

  /** Trains on the flowers of the resource; the mean loss of the last epoch. */
  static double train(Path weights) throws IOException {
    Flowers flowers;
    try (InputStream csv = Trainer.class.getResourceAsStream("iris.csv")) {
      flowers = Flowers.read(csv);
    }
    Iris network = new Iris(BATCH).initialize(1);
    double loss = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      loss = network.epoch(flowers.X(), flowers.Y(), BATCH, epoch);
    }
    network.save(weights);
    return loss;
  }

  /** Writes the weights to the file named. */
  public static void main(String[] args) throws IOException {
    System.out.println("loss " + train(Path.of(args[0])));
  }
}
