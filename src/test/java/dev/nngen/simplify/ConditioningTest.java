package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many digits forms lose, and the runs with noise that tell it. */
class ConditioningTest {

  private static Interval range(Node.Leaf leaf) {
    return leaf.name().equals("U") ? Interval.closed(1, 5) : Interval.REALS;
  }

  private static Conditioning conditioning(Meant model) {
    return new Conditioning(new Graph.Builder(model.graph()), ConditioningTest::range);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "X; false", "X .* Y + sin(X); false", "(X + 1e8) - 1e8; true", "1e-9 * ((X + 1e8) - 1e8); false", "(X + 1e3) - 1e3; false",
      "1e9 + ((X + 1e8) - 1e8); false", "log(U); false", "log(X); true", "1 ./ (X - X); true", "exp(X .^ 2 .* 1e4); true", "colmax(X) - X; false",
      "colsum((X + 1e8) - 1e8); true", "1e9 * (X - Y); false", "exp(X) ./ exp(X); false", "exp(20 * U) - (exp(20 * U) + Y); true"})
  void digitsLost(String expression, boolean doubtful) {
    Meant model = Meant.of("A = " + expression + ";");
    assertEquals(doubtful, conditioning(model).isDoubtful(model.node("A")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "(X + 1e8) - 1e8; X + 0 * Y; true; false", "X - Y; -(Y - X); false; false", "(X + 1e8) - 1e8; (X + 1e7) - 1e7; false; false",
      "(X + 1e12) - 1e12; (X + 1e8) - 1e8; true; false", "log(X); X + Y; true; false", "log(X); (X + 1e8) - 1e8; true; true"})
  void oneFormAgainstAnother(String form, String other, boolean worse, boolean otherWorse) {
    Meant model = Meant.of("A = " + form + "; B = " + other + ";");
    Conditioning conditioning = conditioning(model);
    assertEquals(worse, conditioning.isMuchWorse(model.node("A"), model.node("B")));
    assertEquals(otherWorse, conditioning.isMuchWorse(model.node("B"), model.node("A")));
    assertEquals(worse && !otherWorse, conditioning.isBetter(model.node("B"), model.node("A")));
    assertEquals(otherWorse && !worse, conditioning.isBetter(model.node("A"), model.node("B")));
  }

  private static NoisyRun run(Meant model, double spread, int point, int run) {
    return new NoisyRun(new Graph.Builder(model.graph()), extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 2,
        ConditioningTest::range, spread, point, run);
  }

  @Test
  void theFirstRunHasNoNoise() {
    Meant model = Meant.of("A = X .* Y;");
    double[] x = run(model, 1, 0, 0).value(model.node("X"));
    double[] y = run(model, 1, 0, 0).value(model.node("Y"));
    double[] product = run(model, 1, 0, 0).value(model.node("A"));
    for (int k = 0; k < product.length; k++) {
      assertEquals(x[k] * y[k], product[k]);
    }
    assertEquals(6, product.length);
    assertNotEquals(x[0], run(model, 1, 1, 0).value(model.node("X"))[0]);
  }

  /** What is rounded is off by a little, what is not is the same in every run. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "X + Y; true", "X .* Y; true", "X + 1; true", "exp(X); true", "tanh(X); true", "1 ./ U; true", "colsum(X); true", "X; false", "-X; false", "2 * X; false",
      "abs(X); false", "max(X, Y); false", "floor(X); false", "colmax(X); false", "where(X > 0, X, Y); false"})
  void noise(String expression, boolean rounded) {
    Meant model = Meant.of("A = " + expression + ";");
    double[] exact = run(model, 1, 0, 0).value(model.node("A"));
    double[] noisy = run(model, 1, 0, 1).value(model.node("A"));
    assertEquals(!rounded, Arrays.equals(exact, noisy));
    for (int k = 0; k < exact.length; k++) {
      assertEquals(exact[k], noisy[k], Math.abs(exact[k]) * NoisyRun.NOISE);
    }
    assertArrayEquals(noisy, run(model, 1, 0, 1).value(model.node("A")));
    assertTrue(!rounded || !Arrays.equals(noisy, run(model, 1, 0, 2).value(model.node("A"))));
  }

  /** A noise that were one-sided would not show what cancels. */
  @Test
  void noiseHasBothSigns() {
    Meant model = Meant.of("A = exp(X);");
    double[] exact = run(model, 1, 0, 0).value(model.node("A"));
    double[] noisy = run(model, 1, 0, 1).value(model.node("A"));
    List<Double> off = Arrays.stream(new int[] {0, 1, 2, 3, 4, 5}).mapToObj(k -> noisy[k] - exact[k]).toList();
    assertTrue(off.stream().anyMatch(d -> d > 0) && off.stream().anyMatch(d -> d < 0), off.toString());
  }

  @Test
  void leavesLieInTheirRange() {
    Meant model = Meant.of("A = X .* C;");
    for (int point = 0; point < 5; point++) {
      assertWithin(run(model, 3, point, 0).value(model.node("X")), -3, 3);
      assertWithin(run(model, 3, point, 0).value(model.node("C")), 0, 3);
      assertWithin(run(model, 3, point, 0).value(model.node("U")), 1, 3);
      assertWithin(run(model, 0.5, point, 0).value(model.node("U")), 1, 1.5);
    }
    assertTrue(Arrays.stream(run(model, 3, 0, 0).value(model.node("X"))).anyMatch(x -> x < 0));
    NoisyRun negative = new NoisyRun(new Graph.Builder(model.graph()), extent -> 3, leaf -> new Interval(Double.NEGATIVE_INFINITY, true, -7, false), 2, 0, 0);
    assertWithin(negative.value(model.node("X")), -9, -7);
  }

  private static void assertWithin(double[] entries, double low, double high) {
    for (double entry : entries) {
      assertTrue(low <= entry && entry <= high, entry + " is not in [" + low + ", " + high + "]");
    }
  }
}
