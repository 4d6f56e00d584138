package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.Precise;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.ir.RoundingBound;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Two graphs compared that must mean the same: the same names and shapes, the same values to 30 digits (both graphs are
 * evaluated to 120, so that only wrong identities differ), and in doubles no digits lost that the user's form has.
 */
public final class SameMeaning {

  public static final Map<String, Integer> EXTENTS = Map.of("m", 3);
  private static final BigDecimal SAME = new BigDecimal("1e-30");
  private static final double UNIT = 0x1p-53;
  /** The bounds are of first order. */
  private static final int ROUNDINGS = 16;
  private static final BigDecimal STEP = new BigDecimal("1e-40");

  private SameMeaning() {}

  /** Compares all values that have a name. */
  public static void check(Graph raw, Graph simple, Map<String, double[]> leaves) {
    assertEquals(List.of(), simple.rewrites().rejected(), "rules gave forms that are not the value");
    sameShapes(raw, simple);
    PreciseInterpreter exact = new PreciseInterpreter(raw, leaves, EXTENTS);
    PreciseInterpreter rewritten = new PreciseInterpreter(simple, leaves, EXTENTS);
    Interpreter rounded = new Interpreter(raw, leaves, EXTENTS);
    Interpreter result = new Interpreter(simple, leaves, EXTENTS);
    for (String name : raw.names().keySet()) {
      sameValues(name, exact.matrix(name), rewritten.matrix(name));
      sameDigits(name, exact.matrix(name), flat(rounded.matrix(name)), flat(result.matrix(name)));
    }
  }

  /** Compares all values that have a name in doubles: they may differ by what rounding does in either graph. Claims and inner adjoints that nothing needs may be gone. */
  public static void checkRounded(Graph raw, Graph simple, Map<String, double[]> leaves, Map<String, Integer> extents) {
    Set<String> names = new TreeSet<>(raw.names().keySet());
    names.removeIf(name -> name.contains("adjoint ") || name.startsWith("prove ") && !simple.names().containsKey(name));
    Interpreter before = new Interpreter(raw, leaves, extents);
    Interpreter after = new Interpreter(simple, leaves, extents);
    RoundingBound ofRaw = new RoundingBound(raw, before, UNIT);
    RoundingBound ofSimple = new RoundingBound(simple, after, UNIT);
    for (String name : names) {
      double bound = ROUNDINGS * UNIT * (largest(ofRaw.value(name)) + largest(ofSimple.value(name)));
      double[] expected = flat(before.matrix(name));
      double[] actual = flat(after.matrix(name));
      assertEquals(expected.length, actual.length, name);
      for (int k = 0; k < expected.length; k++) {
        double difference = Math.abs(expected[k] - actual[k]);
        String entry = name + "[" + k + "] = " + expected[k] + " has become " + actual[k] + ", which is more than " + bound + " off";
        assertTrue(expected[k] == actual[k] || Double.isNaN(expected[k]) || !(bound < Double.POSITIVE_INFINITY) || difference <= bound, entry);
      }
    }
  }

  private static double largest(double[] entries) {
    return Arrays.stream(entries).reduce(Double.MIN_NORMAL, Math::max);
  }

  static void sameShapes(Graph raw, Graph simple) {
    assertEquals(shapes(raw), shapes(simple));
  }

  /** Names with rows and columns. */
  private static Map<String, String> shapes(Graph graph) {
    Map<String, String> shapes = new HashMap<>();
    graph.names().forEach((name, value) -> {
      List<Extent> shape = graph.node(value.node()).shape();
      shapes.put(name, (value.row() < 0 ? "1" : shape.get(value.row())) + " x " + (value.column() < 0 ? "1" : shape.get(value.column())));
    });
    return shapes;
  }

  /**
   * Compares what two graphs mean, where it is defined.
   *
   * @param expected entries, null where they have no value; a single entry of {@code actual} may represent many
   */
  public static void sameValues(String name, BigDecimal[] expected, BigDecimal[] actual) {
    BigDecimal tolerance = SAME.multiply(largest(expected));
    for (int k = 0; k < expected.length; k++) {
      if (expected[k] != null) {
        BigDecimal value = actual[k];
        String entry = name + "[" + k + "] = " + expected[k].doubleValue();
        assertNotNull(value, entry + " has no value");
        assertTrue(expected[k].subtract(value).abs().compareTo(tolerance) <= 0, () -> entry + " has become " + value.doubleValue());
      }
    }
  }

  private static BigDecimal largest(BigDecimal[] entries) {
    return Arrays.stream(entries).filter(entry -> entry != null).map(BigDecimal::abs).reduce(BigDecimal.ONE, BigDecimal::max);
  }

  /**
   * Compares what is computed.
   *
   * @param exact what the value is, null where it has none
   * @param before what the user's form gives in doubles
   * @param after what the simplified graph gives in doubles
   */
  private static void sameDigits(String name, BigDecimal[] exact, double[] before, double[] after) {
    double noise = IntStream.range(0, exact.length).filter(k -> exact[k] != null)
        .mapToDouble(k -> Math.abs(before[k] - exact[k].doubleValue())).reduce(0, Math::max);
    double tolerance = 1e-9 * largest(exact).doubleValue() + 100 * noise;
    for (int k = 0; k < exact.length; k++) {
      if (exact[k] != null && !Double.isNaN(noise)) {
        double lost = Math.abs(after[k] - exact[k].doubleValue());
        String entry = name + "[" + k + "] = " + exact[k].doubleValue() + " is computed as " + after[k] + ", by the user's form as " + before[k];
        assertTrue(lost <= tolerance, entry);
      }
    }
  }

  private static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  /**
   * The gradients' product with a random direction is the loss's derivative along it, to 25 digits: a difference over 1e-40 has no
   * rounding error to speak of where numbers have 120 digits; 1 - sigmoid(-z) of a large z needs more. Models that stop gradients are
   * left out.
   */
  public static void followsTheLoss(Program<? extends Phase.Differentiated> raw, Map<String, double[]> leaves, Random random) {
    Graph graph = raw.graph();
    if (IntStream.range(0, graph.size()).anyMatch(id -> graph.node(id) instanceof Node.Apply apply && apply.fn() == Fn.STOP)) {
      return;
    }
    long seed = random.nextLong();
    if (!followsTheLoss(raw, leaves, seed, Precise.STANDARD).isEmpty()) {
      assertEquals("", followsTheLoss(raw, leaves, seed, Precise.LONG));
    }
  }

  /** Returns the difference; empty if the derivative agrees with the loss, or either has no value. */
  private static String followsTheLoss(Program<? extends Phase.Differentiated> raw, Map<String, double[]> leaves, long seed, Precise precise) {
    Graph graph = raw.graph();
    Random random = new Random(seed);
    String loss = raw.loss().orElseThrow();
    Map<String, BigDecimal[]> ahead = PreciseInterpreter.exact(leaves);
    Map<String, BigDecimal[]> behind = PreciseInterpreter.exact(leaves);
    PreciseInterpreter here = new PreciseInterpreter(PreciseInterpreter.exact(leaves), graph, EXTENTS, precise);
    BigDecimal product = BigDecimal.ZERO;
    for (Program.Parameter parameter : raw.parameters()) {
      BigDecimal[] gradient = here.matrix(ValueName.gradient(loss, parameter.name()).text());
      for (int k = 0; k < gradient.length; k++) {
        BigDecimal direction = BigDecimal.valueOf(random.nextGaussian());
        ahead.get(parameter.name())[k] = ahead.get(parameter.name())[k].add(direction.multiply(STEP));
        behind.get(parameter.name())[k] = behind.get(parameter.name())[k].subtract(direction.multiply(STEP));
        product = gradient[k] == null || product == null ? null : product.add(gradient[k].multiply(direction));
      }
    }
    BigDecimal after = new PreciseInterpreter(ahead, graph, EXTENTS, precise).value(loss)[0];
    BigDecimal before = new PreciseInterpreter(behind, graph, EXTENTS, precise).value(loss)[0];
    return product == null || after == null || before == null ? ""
        : different(after.subtract(before).divide(STEP.add(STEP), precise.digits()), product);
  }

  private static String different(BigDecimal slope, BigDecimal product) {
    BigDecimal tolerance = new BigDecimal("1e-25").multiply(slope.abs().max(BigDecimal.ONE));
    return slope.subtract(product).abs().compareTo(tolerance) <= 0 ? ""
        : "the loss grows by " + slope.doubleValue() + " along a direction, by the gradients " + product.doubleValue();
  }
}
