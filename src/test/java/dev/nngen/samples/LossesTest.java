package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each loss of the library, and its derivative by the compiler, against formulas written out in Java. */
class LossesTest {

  private static final double[] PROBABILITIES = {1e-9, 0.1, 0.5, 0.9, 1 - 1e-9};
  private static final double[] PARTS = {0, 0.25, 1};
  private static final double[] REALS = {-300, -2, -1, -0.5, 0, 0.5, 1, 2, 300};
  private static final double[] SIGNS = {-1, 1};

  private static Arguments of(String name, DoubleBinaryOperator value, DoubleBinaryOperator slope, double[] p, double[] y) {
    return Arguments.of(name, value, slope, p, y);
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        of("logloss", (p, y) -> -(y * Math.log(p) + (1 - y) * Math.log1p(-p)), (p, y) -> (p - y) / (p * (1 - p)),
            PROBABILITIES, PARTS),
        of("crossentropy", (p, y) -> -y * Math.log(p), (p, y) -> -y / p, PROBABILITIES, PARTS),
        of("nll", (p, y) -> -y * p, (p, y) -> -y, REALS, PARTS),
        of("squared", (p, y) -> (p - y) * (p - y), (p, y) -> 2 * (p - y), REALS, PARTS),
        of("halfsquared", (p, y) -> (p - y) * (p - y) / 2, (p, y) -> p - y, REALS, PARTS),
        of("absolute", (p, y) -> Math.abs(p - y), (p, y) -> Math.signum(p - y), REALS, PARTS),
        of("huber", (p, y) -> Math.abs(p - y) <= 1 ? (p - y) * (p - y) / 2 : Math.abs(p - y) - 0.5,
            (p, y) -> Math.max(-1, Math.min(1, p - y)), REALS, PARTS),
        of("logcosh", (p, y) -> Math.abs(p - y) + Math.log1p(Math.exp(-2 * Math.abs(p - y))) - Math.log(2),
            (p, y) -> Math.tanh(p - y), REALS, PARTS),
        of("hinge", (p, y) -> Math.max(0, 1 - y * p), (p, y) -> y * p >= 1 ? 0 : -y, REALS, SIGNS),
        of("squaredhinge", (p, y) -> Math.pow(Math.max(0, 1 - y * p), 2), (p, y) -> -2 * y * Math.max(0, 1 - y * p), REALS,
            SIGNS),
        of("poisson", (p, y) -> p - y * Math.log(p), (p, y) -> 1 - y / p, PROBABILITIES, PARTS),
        of("kldivergence", (p, y) -> y == 0 ? 0 : y * (Math.log(y) - Math.log(p)), (p, y) -> -y / p, PROBABILITIES, PARTS),
        of("focal", (p, y) -> -y * (1 - p) * (1 - p) * Math.log(p),
            (p, y) -> y * (1 - p) * (2 * Math.log(p) - (1 - p) / p), PROBABILITIES, PARTS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("losses")
  void valueAndSlope(String name, DoubleBinaryOperator value, DoubleBinaryOperator slope, double[] ps, double[] ys) {
    for (double y : ys) {
      Programs.Scalar function = Programs.scalar(name + "(z, y)", y);
      for (double p : ps) {
        String at = name + " at p = " + p + ", y = " + y;
        assertClose(value.applyAsDouble(p, y), function.value(p), at);
        assertClose(slope.applyAsDouble(p, y), function.slope(p), "slope of " + at);
      }
    }
  }

  @Test
  void everyLossOfTheLibraryIsTested() {
    Set<String> missing = new LinkedHashSet<>(Texts.definitions("losses.nn"));
    losses().forEach(loss -> missing.remove((String) loss.get()[0]));
    assertEquals(Set.of(), missing);
  }

  private static void assertClose(double expected, double actual, String what) {
    // 1 - p of a p near 1 has lost digits before any loss sees it.
    assertEquals(expected, actual, 1e-6 * Math.abs(expected) + 1e-14, what);
  }
}
