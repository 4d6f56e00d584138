package dev.nngen.train.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartsTest {

  private static final double[] NUMBERS = {0, 1, 3, -7, 1e-3, Double.MIN_VALUE, Double.MIN_NORMAL, 1e-200, 1e154, 1e300, 1e308, Double.MAX_VALUE, -1e308,
      -Double.MAX_VALUE, 1e16, 1e16 + 2, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

  /** Axes over numbers of any size have an end, and few marks, and their pictures no coordinates that are not numbers. */
  @Test
  void picturesOfAnyNumbersAreDrawn() {
    double[] none = {Double.NaN, Double.NaN};
    for (double a : NUMBERS) {
      for (double b : NUMBERS) {
        List<String> pictures = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> List.of(
            Charts.curves("c", new double[] {a, b}, none, 1), Charts.curves("c", none, new double[] {b, a}, 2),
            Charts.scatter(new double[] {1, Double.isFinite(a) ? a : 2}, new double[] {a, b})));
        for (String picture : pictures) {
          assertFalse(picture.contains("NaN") || picture.contains("Infinity"), () -> a + " and " + b + ": " + picture);
          assertTrue(picture.split("class=\"grid\"").length < 60, () -> a + " and " + b + ": " + picture);
        }
      }
    }
  }
}
