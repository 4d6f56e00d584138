package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.LongLoops;
import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The descriptors of functions against values of many digits: errors, ranges, domains, symmetries, directions and partial derivatives. */
@Slow
@LongLoops
class FunctionsTest {

  private static final MathContext DIGITS = new MathContext(60);
  /** A sum of 1 and 1e-300 still has digits of both. */
  private static final Precise PRECISE = Precise.ofDigits(330);
  private static final BigDecimal STEP = new BigDecimal("1e-60");
  /** Magnitudes from the smallest to the largest numbers, and a fine grid where functions bend. */
  private static final double[] POINTS = DoubleStream.concat(DoubleStream.of(0, Double.MIN_VALUE, 1e-310, Double.MIN_NORMAL, 1e-300, 1e-100, 1e-20, 1e-16, 1e-12,
      1e-8, 1e-5, 1e-3, 1 - 0x1p-53, 1 - 1e-10, 1 - 1e-5, 1 + 0x1p-52, 1 + 1e-10, 1.4616321449683622, 1.4616321449683625, 2 - 0x1p-52, 2 + 0x1p-51, 12, 20, 37, 38.4,
      100, 1e3, 1e5, 1e8, 1e16, 1e50, 1e150, 1e300, Double.MAX_VALUE), IntStream.rangeClosed(1, 40).mapToDouble(k -> 0.25 * k + 1e-3 * Math.sin(k)))
      .flatMap(x -> DoubleStream.of(x, -x)).sorted().toArray();

  static List<Fn> transcendental() {
    return Arrays.stream(Fn.values()).filter(fn -> fn.isTranscendental() && fn.isCalled()).toList();
  }

  static List<Fn> ofOneArgument() {
    return transcendental().stream().filter(fn -> fn.arity() == 1).toList();
  }

  static List<Fn> differentiable() {
    return Arrays.stream(Fn.values()).filter(fn -> IntStream.range(0, fn.arity()).anyMatch(k -> !fn.partial(k).equals("0"))).toList();
  }

  /** Points for the last argument, with a few for the first of two. */
  private static List<double[]> points(Fn fn) {
    double[] first = fn == Fn.POLYGAMMA ? new double[] {1, 2, 20} : new double[] {-1, 1e-5, 3};
    return Arrays.stream(POINTS).boxed().flatMap(x -> fn.arity() == 1 ? DoubleStream.of(x).mapToObj(y -> new double[] {y})
        : Arrays.stream(first).mapToObj(y -> new double[] {y, x})).filter(x -> isInside(fn, x)).toList();
  }

  private static boolean isInside(Fn fn, double[] x) {
    return IntStream.range(0, fn.arity()).allMatch(k -> fn.domain(k).contains(x[k]));
  }

  private static Optional<BigDecimal> exact(Fn fn, double[] x) {
    Map<String, BigDecimal[]> leaves = new HashMap<>();
    IntStream.range(0, fn.arity()).forEach(k -> leaves.put("x" + k, new BigDecimal[] {new BigDecimal(x[k])}));
    return exact(fn, leaves);
  }

  private static Optional<BigDecimal> exact(Fn fn, Map<String, BigDecimal[]> leaves) {
    Graph.Builder builder = new Graph.Builder();
    List<View> arguments = IntStream.range(0, fn.arity())
        .mapToObj(k -> new View(builder.add(new Node.Leaf("x" + k, Node.Role.INPUT, List.of())), List.of())).toList();
    builder.name("value", new Graph.Value(builder.add(new Node.Apply(fn, List.of(), arguments)), -1, -1));
    return Optional.ofNullable(new PreciseInterpreter(leaves, builder.build(), Map.of(), PRECISE).value("value")[0]);
  }

  @ParameterizedTest
  @MethodSource("transcendental")
  void theErrorIsAtMostWhatIsStated(Fn fn) {
    for (double[] x : points(fn)) {
      Optional<BigDecimal> exact = exact(fn, x);
      double value = fn.evaluate(x);
      if (exact.isPresent() && Double.isFinite(exact.get().doubleValue())) {
        double ulp = Math.ulp(exact.get().doubleValue());
        double error = Double.isFinite(value) ? new BigDecimal(value).subtract(exact.get()).abs().divide(new BigDecimal(ulp), DIGITS).doubleValue() : 1e99;
        boolean overflows = Double.isInfinite(value) && Math.abs(exact.get().doubleValue()) > 1.79e308;
        assertTrue(error <= fn.ulps() || overflows, fn + " of " + Arrays.toString(x) + " is " + value + ", off by " + error + " ulps");
      }
    }
  }

  /** Orders whose factorial is beyond all numbers, up to those that no count reaches. */
  @ParameterizedTest
  @ValueSource(ints = {101, 150, 170, 171, 400})
  void highDerivativesOfDigammaHaveDigits(int n) {
    for (double x : new double[] {0.5, 1, 3, 40, 100, 214, 400, 900, 3000}) {
      BigDecimal sum = BigDecimal.ZERO;
      for (int k = 0; k < 3 * x + 3; k++) {
        sum = sum.add(BigDecimal.ONE.divide(BigDecimal.valueOf(x + k).pow(n + 1, DIGITS), DIGITS), DIGITS);
      }
      double exact = sum.multiply(IntStream.rangeClosed(1, n).mapToObj(BigDecimal::valueOf).reduce(BigDecimal.ONE, BigDecimal::multiply)).doubleValue();
      double value = Math.abs(Fn.POLYGAMMA.evaluate(n, x));
      assertTrue(value == exact || Math.abs(value - exact) <= 1e-11 * exact + Double.MIN_NORMAL, "order " + n + " at " + x + ": " + value + " for " + exact);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e5, 1e9, 1e16, 1e19, 1e160, Double.MAX_VALUE})
  void derivativesOfDigammaEndForEveryOrder(double n) {
    double before = Double.POSITIVE_INFINITY;
    for (double x : new double[] {Double.MIN_VALUE, 1, 1e3, 0.4 * n, n, 3 * n, 1e300, Double.MAX_VALUE}) {
      double value = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> -Fn.POLYGAMMA.evaluate(n, x));
      assertTrue(value >= 0 && (value <= before || x < 0.4 * n), "order " + n + " at " + x + " is " + value);
      before = value;
    }
    assertTrue(Double.isNaN(Fn.POLYGAMMA.evaluate(Double.POSITIVE_INFINITY, 1)));
  }

  @ParameterizedTest
  @MethodSource("ofOneArgument")
  void valuesAreInTheRangeAndGoInTheStatedDirection(Fn fn) {
    double before = Double.NaN;
    for (double[] x : points(fn)) {
      double value = fn.evaluate(x);
      assertTrue(fn.range().closure().encloses(Interval.point(value)), fn + " of " + x[0] + " is " + value);
      boolean counts = fn.parity() != Fn.Parity.EVEN || x[0] > 0;
      double change = (value - before) * (fn.monotonicity() == Fn.Monotonicity.DECREASING ? -1 : 1);
      assertFalse(counts && fn.monotonicity() != Fn.Monotonicity.NONE && change < -fn.ulps() * Math.ulp(value), fn + " turns at " + x[0]);
      before = counts ? value : before;
    }
  }

  @ParameterizedTest
  @MethodSource("ofOneArgument")
  void symmetriesAreExact(Fn fn) {
    for (double[] x : points(fn)) {
      double mirrored = fn.evaluate(-x[0]);
      if (fn.parity() != Fn.Parity.NONE) {
        assertEquals(fn.evaluate(x), fn.parity() == Fn.Parity.ODD ? -mirrored : mirrored, fn + " of " + x[0]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ofOneArgument")
  void thereAreNoValuesOutsideOfTheDomain(Fn fn) {
    for (double x : POINTS) {
      if (!fn.domain(0).closure().contains(x)) {
        assertTrue(Double.isNaN(fn.evaluate(x)), fn + " of " + x + " is " + fn.evaluate(x));
      }
    }
    assertTrue(Double.isNaN(fn.evaluate(Double.NaN)), fn::label);
  }

  /** The derivative that autodiff takes of the text, to 60 digits, and a difference quotient of the function. */
  @ParameterizedTest
  @MethodSource("differentiable")
  void partialDerivativesAreLimitsOfDifferenceQuotients(Fn fn) {
    for (double x : new double[] {-3.3, -0.7, -0.3, 0.2, 0.9, 1.3, 2.5, 7.1}) {
      double[] at = fn == Fn.POLYGAMMA ? new double[] {2, x} : new double[] {x, x + 0.6, x + 0.8};
      for (int k = 0; k < fn.arity(); k++) {
        if (!fn.partial(k).equals("0") && isInside(fn, at) && fn != Fn.WHERE && exact(fn, at).isPresent()) {
          compare(fn, at, k);
        }
      }
    }
  }

  private static void compare(Fn fn, double[] at, int k) {
    Map<String, BigDecimal[]> above = leaves(fn, at);
    Map<String, BigDecimal[]> below = leaves(fn, at);
    above.put("x" + k, new BigDecimal[] {new BigDecimal(at[k]).add(STEP)});
    below.put("x" + k, new BigDecimal[] {new BigDecimal(at[k]).subtract(STEP)});
    BigDecimal quotient = exact(fn, above).orElseThrow().subtract(exact(fn, below).orElseThrow()).divide(STEP.add(STEP));
    PreciseInterpreter derivatives = new PreciseInterpreter(leaves(fn, at), differentiated(fn), Map.of("m", 1), PRECISE);
    BigDecimal derivative = derivatives.value("dJ/dx" + k)[0];
    assertTrue(derivative.subtract(quotient).abs().compareTo(new BigDecimal("1e-58").multiply(quotient.abs().max(BigDecimal.ONE))) < 0,
        fn + " at " + Arrays.toString(at) + ": " + derivative.round(DIGITS) + " for " + quotient.round(DIGITS));
  }

  private static Map<String, BigDecimal[]> leaves(Fn fn, double[] at) {
    Map<String, BigDecimal[]> leaves = new HashMap<>();
    IntStream.range(0, fn.arity()).forEach(k -> leaves.put("x" + k, new BigDecimal[] {new BigDecimal(at[k])}));
    leaves.put("Y", new BigDecimal[] {BigDecimal.ZERO});
    return leaves;
  }

  private static Graph differentiated(Fn fn) {
    String call = switch (fn) {
      case POW -> "x0 .^ x1";
      case MAXIMUM -> "max(x0, x1)";
      case MINIMUM -> "min(x0, x1)";
      default -> fn.label() + "(" + String.join(", ", IntStream.range(0, fn.arity()).mapToObj(k -> "x" + k).toList()) + ")";
    };
    String parameters = String.join(" ", IntStream.range(0, fn.arity()).mapToObj(k -> "param x" + k + " = 1;").toList());
    return Autodiff.differentiate(Lowering.lower(ModelText.model("model D { input Y[1]; A = 2 * Y; " + parameters + " minimize J = " + call + " + sum(Y); }"))).graph();
  }
}
