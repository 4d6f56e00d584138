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
    assertEquals(Double.NaN, metrics.precision(2), "nothing is predicted as c");
    assertEquals(0, metrics.recall(2));
    assertEquals(0, metrics.f1(2));
    assertEquals("c              -  0.0000  0.0000        1", metrics.table().get(3));
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
  void classesThatDoNotOccurDoNotCount() {
    ClassMetrics metrics = ClassMetrics.of(List.of("a", "b", "c"), new int[] {0, 0}, new int[] {0, 0}, Optional.empty());
    assertEquals(1, metrics.macroF1());
    List<String> table = ClassMetrics.of(List.of("a class of a long name", "b"), new int[] {0}, new int[] {1}, Optional.empty()).table();
    assertEquals("actual \\ predicted      a class of a long name       b", table.get(4));
    assertEquals("a class of a long name                       0       1", table.get(5));
  }

  @Test
  void scoresThatAreNotNumbersHaveACurve() {
    assertEquals(0.5, Roc.of(new double[] {Double.NaN, Double.NaN}, new boolean[] {true, false}).area());
  }

  @Test
  void severalNumbersByHand() {
    NumberMetrics metrics = NumberMetrics.of(new double[] {1, 10, 2, 10, 3, 10}, new double[] {1, 12, 2, 8, 6, 12}, List.of("u", "v"));
    assertEquals(Math.sqrt(3), metrics.columns().get(0).rmse(), 1e-15);
    assertEquals(2, metrics.columns().get(1).mae());
    assertEquals(1 - 9 / 2.0, metrics.all().r2(), 1e-15, "of the one column that is not constant");
    assertEquals(Math.sqrt(21 / 6.0), metrics.all().rmse(), 1e-15);
    assertEquals("v           2.0000      2.0000           -", metrics.table().get(2));
    assertEquals("R2 -", NumberMetrics.of(new double[] {1, 1}, new double[] {1, 2}, List.of("y")).measures().get(2).toString(), "of a constant");
  }

  @Test
  void undefinedMeasuresAreDashes() {
    ClassMetrics one = ClassMetrics.of(List.of("no", "yes"), new int[] {1, 1}, new int[] {1, 1}, Optional.empty());
    assertEquals(List.of("accuracy 1.0000", "macro F1 1.0000", "ROC AUC -"), one.measures().stream().map(Metrics.Measure::toString).toList());
    assertEquals("no             -       -       -        0", one.table().get(1));
  }

  /** Squares of these numbers overflow or underflow, and the measures do not. */
  @Test
  void extremeNumbersHaveMeasures() {
    for (double unit : new double[] {0x1p1000, 0x1p-1000}) {
      NumberMetrics metrics = NumberMetrics.of(new double[] {unit, 2 * unit, 3 * unit, 4 * unit}, new double[] {unit, 2 * unit, 3 * unit, 6 * unit}, List.of("y"));
      assertEquals(unit, metrics.all().rmse());
      assertEquals(unit / 2, metrics.all().mae());
      assertEquals(1 - 4 / 5.0, metrics.all().r2(), 1e-15);
    }
  }

  @Test
  void numbersByHand() {
    NumberMetrics metrics = NumberMetrics.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 6}, List.of("y"));
    assertEquals(1, metrics.all().rmse());
    assertEquals(0.5, metrics.all().mae());
    assertEquals(1 - 4 / 5.0, metrics.all().r2(), 1e-15);
  }
}
