package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Evaluator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each activation of the library, and its derivative by the compiler, against stable forms written out in Java: at
 * ordinary points, at the kinks, and far out where the textbook's form overflows.
 */
class ActivationsTest {

  private static final double[] POINTS = {-800, -30, -3, -1.5, -1, -0.25, 0, 0.25, 1, 1.5, 3, 6, 30, 800};
  private static final double SELU = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double C = Math.sqrt(2 / Math.PI);

  private static Arguments of(String name, DoubleUnaryOperator value, DoubleUnaryOperator slope) {
    return Arguments.of(name, value, slope);
  }

  static Stream<Arguments> activations() {
    return Stream.of(
        of("identity", z -> z, z -> 1),
        of("sigmoid", z -> sigmoid(z), z -> sigmoid(z) * sigmoid(-z)),
        of("logsigmoid", z -> -softplus(-z), z -> sigmoid(-z)),
        of("relu", z -> Math.max(z, 0), z -> z >= 0 ? 1 : 0),
        of("relu6", z -> Math.min(Math.max(z, 0), 6), z -> z >= 0 && z <= 6 ? 1 : 0),
        of("leakyrelu", z -> z >= 0 ? z : 0.01 * z, z -> z >= 0 ? 1 : 0.01),
        of("elu", z -> z >= 0 ? z : Math.expm1(z), z -> z >= 0 ? 1 : Math.exp(z)),
        of("celu", z -> z >= 0 ? z : Math.expm1(z), z -> z >= 0 ? 1 : Math.exp(z)),
        of("selu", z -> SELU * (z >= 0 ? z : SELU_ALPHA * Math.expm1(z)), z -> SELU * (z >= 0 ? 1 : SELU_ALPHA * Math.exp(z))),
        of("gelu", z -> z * normal(z), z -> normal(z) + z * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI)),
        of("gelutanh", z -> z / 2 * (1 + gelutanh(z)),
            z -> (1 + gelutanh(z)) / 2 + z / 2 * sech2(C * (z + 0.044715 * z * z * z)) * C * (1 + 3 * 0.044715 * z * z)),
        of("swish", z -> z * sigmoid(z), z -> sigmoid(z) + z * sigmoid(z) * sigmoid(-z)),
        of("silu", z -> z * sigmoid(z), z -> sigmoid(z) + z * sigmoid(z) * sigmoid(-z)),
        of("mish", z -> z * Math.tanh(softplus(z)),
            z -> Math.tanh(softplus(z)) + z * sech2(softplus(z)) * sigmoid(z)),
        of("softplus", z -> softplus(z), z -> sigmoid(z)),
        of("softsign", z -> z / (1 + Math.abs(z)), z -> 1 / ((1 + Math.abs(z)) * (1 + Math.abs(z)))),
        of("hardsigmoid", z -> Math.min(Math.max(z / 6 + 0.5, 0), 1), z -> z >= -3 && z <= 3 ? 1 / 6.0 : 0),
        of("hardswish", z -> z * Math.min(Math.max(z / 6 + 0.5, 0), 1),
            z -> z < -3 ? 0 : z <= 3 ? z / 3 + 0.5 : 1),
        of("hardtanh", z -> Math.min(Math.max(z, -1), 1), z -> z >= -1 && z <= 1 ? 1 : 0));
  }

  private static double sigmoid(double z) {
    return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
  }

  private static double softplus(double z) {
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  private static double normal(double z) {
    return (1 + Evaluator.apply(Fn.ERF, z / Math.sqrt(2))) / 2;
  }

  private static double gelutanh(double z) {
    return Math.tanh(C * (z + 0.044715 * z * z * z));
  }

  private static double sech2(double z) {
    double e = Math.exp(-2 * Math.abs(z));
    return 4 * e / ((1 + e) * (1 + e));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("activations")
  void valueAndSlopeAreExactEverywhere(String name, DoubleUnaryOperator value, DoubleUnaryOperator slope) {
    Programs.Scalar function = Programs.scalar(name + "(z)");
    for (double z : POINTS) {
      assertClose(value.applyAsDouble(z), function.value(z), name + "(" + z + ")");
      assertClose(slope.applyAsDouble(z), function.slope(z), name + "'(" + z + ")");
    }
  }

  @Test
  void everyActivationOfTheLibraryIsTested() {
    Set<String> missing = new LinkedHashSet<>(Texts.definitions("activations.nn"));
    activations().forEach(activation -> missing.remove((String) activation.get()[0]));
    assertEquals(Set.of(), missing);
  }

  @Test
  void geluIsTheKnownOne() {
    assertEquals(0.8413447460685429, Programs.scalar("gelu(z)").value(1), 1e-15);
  }

  private static void assertClose(double expected, double actual, String what) {
    // Where values vanish beside 1, such as 1 + tanh(-30), rounding of the 1 is all that is left.
    assertEquals(expected, actual, 1e-12 * Math.abs(expected) + 1e-15, what);
  }
}
