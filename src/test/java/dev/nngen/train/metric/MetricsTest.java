package dev.nngen.train.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void countsByHand() {
    ClassMetrics metrics = ClassMetrics.of(List.of("a", "b", "c"), new int[] {0, 0, 0, 1, 1, 2}, new int[] {0, 0, 1, 1, 0, 1}, Optional.empty());
    assertEquals(3 / 6.0, metrics.accuracy());
    assertEquals(2 / 3.0, metrics.precision(0));
    assertEquals(1 / 3.0, metrics.precision(1));
    assertEquals(0, metrics.precision(2));
    assertEquals(2 / 3.0, metrics.recall(0));
    assertEquals(0.4, metrics.f1(1), 1e-15);
    assertEquals((2 / 3.0 + 0.4) / 3, metrics.macroF1(), 1e-15);
  }

  /** Against the definition: how often a positive scores higher than a negative, ties half. */
  @Test
  void areaIsTheShareOfPairsInOrder() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 50; round++) {
      int n = 2 + random.nextInt(60);
      double[] scores = random.ints(n, 0, 12).asDoubleStream().toArray();
      boolean[] positive = new boolean[n];
      positive[0] = true;
      for (int i = 2; i < n; i++) {
        positive[i] = random.nextBoolean();
      }
      double right = 0;
      double pairs = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (positive[i] && !positive[j]) {
            pairs++;
            right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          }
        }
      }
      assertEquals(right / pairs, Roc.of(scores, positive).area(), 1e-12);
    }
  }

  @Test
  void numbersByHand() {
    NumberMetrics metrics = NumberMetrics.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 6}, 1);
    assertEquals(1, metrics.rmse());
    assertEquals(0.5, metrics.mae());
    assertEquals(1 - 4 / 5.0, metrics.r2(), 1e-15);
  }
}
