package com.acme.iris;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingTest {

  @TempDir
  private Path folder;

  private static int right(Classifier classifier, Flowers flowers) {
    int right = 0;
    for (int i = 0; i < flowers.count(); i++) {
      String species = classifier.classify(flowers.X().get(0, i), flowers.X().get(1, i), flowers.X().get(2, i), flowers.X().get(3, i));
      right += flowers.Y().get(Flowers.SPECIES.indexOf(species), i) == 1 ? 1 : 0;
    }
    return right;
  }

  @Test
  void threadsGetTheSameAnswers() throws Exception {
    Path weights = folder.resolve("iris.safetensors");
    assertTrue(Trainer.train(weights) < 0.15);
    Flowers flowers;
    try (InputStream csv = Trainer.class.getResourceAsStream("iris.csv")) {
      flowers = Flowers.read(csv);
    }
    Classifier classifier = new Classifier(weights);
    int alone = right(classifier, flowers);
    assertTrue(alone >= 145, alone + " of " + flowers.count());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int k = 0; k < 40; k++) {
        answers.add(threads.submit(() -> right(classifier, flowers)));
      }
      for (Future<Integer> answer : answers) {
        assertEquals(alone, answer.get());
      }
    } finally {
      threads.shutdown();
    }
  }
}
