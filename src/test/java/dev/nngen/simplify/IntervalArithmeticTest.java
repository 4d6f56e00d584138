package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Interval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interval arithmetic with open and closed ends, as one writes intervals. */
class IntervalArithmeticTest {

  private static Interval interval(String text) {
    String[] ends = text.substring(1, text.length() - 1).split(", ");
    return new Interval(end(ends[0]), text.startsWith("("), end(ends[1]), text.endsWith(")"));
  }

  private static double end(String text) {
    return Double.parseDouble(text.replace("inf", "Infinity"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "[1, 2]; [3, 4]; [4, 6]; [3, 8]",
      "(1, 2]; [3, 4); (4, 6); (3, 8)",
      "[-1, 2); [3, 4]; [2, 6); [-4, 8)",
      "[-2, -1]; [-4, -3]; [-6, -4]; [3, 8]",
      "(-2, 3]; (-5, 4); (-7, 7); (-15, 12)",
      "[0, inf); (0, 1); (0, inf); [0, inf)",
      "(0, inf); [-1, 1]; (-1, inf); (-inf, inf)",
      "[0, 0]; (-inf, inf); (-inf, inf); [0, 0]",
      "(0, 1); (0, 1]; (0, 2); (0, 1)"})
  void sumsAndProducts(String a, String b, String sum, String product) {
    assertEquals(sum, IntervalArithmetic.plus(interval(a), interval(b)).toString());
    assertEquals(product, IntervalArithmetic.times(interval(a), interval(b)).toString());
    assertEquals(product, IntervalArithmetic.times(interval(b), interval(a)).toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "[1, 2); 2; [2, 4)", "[1, 2); -2; (-4, -2]", "(-inf, 3]; -1; [-3, inf)", "(1, 2); 0; [0, 0]"})
  void multiples(String a, double factor, String result) {
    assertEquals(result, IntervalArithmetic.scaled(interval(a), factor).toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "[-2, 3); 2; [0, 9)", "[-2, 3]; 3; [-18, 27]", "(-2, -1]; 2; [1, 4)", "(0, 2]; 2; (0, 4]", "[2, 4); -1; (0.25, 0.5]",
      "(0, 4]; -1; [0.25, inf)", "[-4, -2); -1; (-0.5, -0.25]", "[0, 4]; -1; (-inf, inf)", "[-1, 1]; -2; (-inf, inf)", "[5, 6]; 0; [1, 1]",
      "[-4, -2); -2; [0.0625, 0.25)", "(-inf, inf); 2; [0, inf)"})
  void powers(String a, int exponent, String result) {
    assertEquals(result, IntervalArithmetic.power(interval(a), exponent).toString());
  }
}
