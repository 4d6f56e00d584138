package com.acme.iris;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.ejml.data.DMatrixRMaj;

/** Names species. May be asked by any number of threads: a network is for one thread, so each has its own. */
public final class Classifier {

  private final ThreadLocal<Iris> networks;
  private final ThreadLocal<DMatrixRMaj> flowers = ThreadLocal.withInitial(() -> new DMatrixRMaj(4, 1));

  /** With the weights that {@link Trainer} wrote. */
  public Classifier(Path weights) {
    networks = ThreadLocal.withInitial(() -> load(weights));
  }

  private static Iris load(Path weights) {
    try {
      Iris network = new Iris(1);
      network.load(weights);
      return network;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The species of a flower with these four measures in centimetres. */
  public String classify(double... measures) {
    DMatrixRMaj flower = flowers.get();
    System.arraycopy(measures, 0, flower.data, 0, 4);
    DMatrixRMaj p = networks.get().predict(flower);
    int best = 0;
    for (int k = 1; k < 3; k++) {
      best = p.data[k] > p.data[best] ? k : best;
    }
    return Flowers.SPECIES.get(best);
  }
}
