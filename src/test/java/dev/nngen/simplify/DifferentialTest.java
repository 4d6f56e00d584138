package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.Precise;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.lower.Lowered;
import dev.nngen.lower.Lowering;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random models before and after simplification: the same names and shapes, the same values to 30 digits (both graphs are
 * evaluated to 120, so that only wrong identities differ), and in doubles no digits lost that the user's form has.
 */
class DifferentialTest {

  private static final int FIRST = Integer.getInteger("nngen.first", 0);
  private static final int SEEDS = Integer.getInteger("nngen.seeds", 500);
  private static final BigDecimal SAME = new BigDecimal("1e-30");
  private static final BigDecimal STEP = new BigDecimal("1e-40");
  private static final long LONGEST_NANOS = 10_000_000_000L;
  private static final Map<String, Integer> EXTENTS = Map.of("m", 3);

  @Test
  void simplifiedModelsMeanTheSame() {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      String text = RandomTexts.next(seed);
      try {
        check(Autodiff.differentiate(lowered(text)), seed);
      } catch (RuntimeException | AssertionError | StackOverflowError failed) {
        throw new AssertionError("seed " + seed + "\n" + text, failed);
      }
    }
  }

  static Lowered lowered(String text) {
    Diagnostics diagnostics = new Diagnostics();
    List<Model> models = Models.resolve(NnParser.parse(new Source("random.nn", text), diagnostics), SourceLoader.NONE, diagnostics);
    assertFalse(diagnostics.hasErrors(), () -> diagnostics.sorted().stream().map(Diagnostic::message).toList().toString());
    return Lowering.lower(models.get(0));
  }

  static void check(Lowered raw, long seed) {
    ThreadMXBean processor = ManagementFactory.getThreadMXBean();
    long start = processor.getCurrentThreadCpuTime();
    Lowered simple = Simplifier.simplify(raw);
    long nanos = processor.getCurrentThreadCpuTime() - start;
    assertTrue(nanos < LONGEST_NANOS, () -> nanos / 1_000_000 + " ms");
    assertEquals(shapes(raw.graph()), shapes(simple.graph()));
    Map<String, double[]> leaves = leaves(raw, seed);
    followsTheLoss(raw, leaves, new Random(seed));
    compare(raw.graph(), simple.graph(), leaves);
    Graph twice = Simplifier.simplify(simple).graph();
    assertEquals(shapes(raw.graph()), shapes(twice));
    compare(simple.graph(), twice, leaves);
  }

  /**
   * The gradients' product with a random direction is the loss's slope along it, to 25 digits: a difference over 1e-40 has no
   * rounding error to speak of where numbers have 120 digits.
   */
  private static void followsTheLoss(Lowered raw, Map<String, double[]> leaves, Random random) {
    Graph graph = raw.graph();
    String loss = raw.loss().orElseThrow();
    boolean stops = IntStream.range(0, graph.size())
        .anyMatch(id -> graph.node(id) instanceof Node.Apply apply && apply.fn() == Fn.STOP);
    if (stops) {
      return;
    }
    Map<String, BigDecimal[]> ahead = PreciseInterpreter.exact(leaves);
    Map<String, BigDecimal[]> behind = PreciseInterpreter.exact(leaves);
    PreciseInterpreter here = new PreciseInterpreter(graph, leaves, EXTENTS);
    BigDecimal product = BigDecimal.ZERO;
    for (Lowered.Parameter parameter : raw.parameters()) {
      BigDecimal[] gradient = here.matrix(Lowered.gradientName(loss, parameter.name()));
      for (int k = 0; k < gradient.length; k++) {
        BigDecimal direction = BigDecimal.valueOf(random.nextGaussian());
        ahead.get(parameter.name())[k] = ahead.get(parameter.name())[k].add(direction.multiply(STEP));
        behind.get(parameter.name())[k] = behind.get(parameter.name())[k].subtract(direction.multiply(STEP));
        product = gradient[k] == null ? null : product == null ? null : product.add(gradient[k].multiply(direction));
      }
    }
    BigDecimal after = new PreciseInterpreter(ahead, graph, EXTENTS, Precise.STANDARD).value(loss)[0];
    BigDecimal before = new PreciseInterpreter(behind, graph, EXTENTS, Precise.STANDARD).value(loss)[0];
    if (product != null && after != null && before != null) {
      BigDecimal slope = after.subtract(before).divide(STEP.add(STEP), Precise.STANDARD.digits());
      BigDecimal tolerance = new BigDecimal("1e-25").multiply(slope.abs().max(BigDecimal.ONE));
      assertTrue(slope.subtract(product).abs().compareTo(tolerance) <= 0,
          "the loss grows by " + slope.doubleValue() + " along a direction, by the gradients " + product.doubleValue());
    }
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

  static Map<String, double[]> leaves(Lowered program, long seed) {
    Random random = new Random(seed);
    Map<String, double[]> leaves = new HashMap<>();
    leaves.put("X", random.doubles(12, -1, 1).toArray());
    leaves.put("Y", program.samplesInRows() ? new double[] {0.25, 0.75, 1, 0, 0.625, 0.375} : new double[] {0.25, 1, 0.625, 0.75, 0, 0.375});
    program.parameters().forEach(p -> leaves.put(p.name(), random.doubles((long) p.rows() * p.columns(), -1, 1).toArray()));
    return leaves;
  }

  private static void compare(Graph raw, Graph simple, Map<String, double[]> leaves) {
    PreciseInterpreter exact = new PreciseInterpreter(raw, leaves, EXTENTS);
    PreciseInterpreter rewritten = new PreciseInterpreter(simple, leaves, EXTENTS);
    Interpreter rounded = new Interpreter(raw, leaves, EXTENTS);
    Interpreter result = new Interpreter(simple, leaves, EXTENTS);
    raw.names().keySet().forEach(name ->
        compare(name, exact.matrix(name), rewritten.matrix(name), flat(rounded.matrix(name)), flat(result.matrix(name))));
  }

  /**
   * @param exact what the value is, null where it has none
   * @param meant what the simplified graph means
   * @param before what the user's form gives in doubles
   * @param after what the simplified graph gives in doubles
   */
  private static void compare(String name, BigDecimal[] exact, BigDecimal[] meant, double[] before, double[] after) {
    BigDecimal largest = BigDecimal.ONE;
    double noise = 0;
    for (int k = 0; k < exact.length; k++) {
      if (exact[k] != null) {
        largest = largest.max(exact[k].abs());
        noise = Math.max(noise, Math.abs(before[k] - exact[k].doubleValue()));
      }
    }
    for (int k = 0; k < exact.length; k++) {
      if (exact[k] != null) {
        String entry = name + "[" + k + "] = " + exact[k].doubleValue();
        assertNotNull(meant[k], entry + " has no value");
        boolean same = exact[k].subtract(meant[k]).abs().compareTo(SAME.multiply(largest)) <= 0;
        assertTrue(same, entry + " has become " + meant[k].doubleValue());
        double lost = Math.abs(after[k] - exact[k].doubleValue());
        boolean precise = lost <= 1e-9 * largest.doubleValue() + 100 * noise || Double.isNaN(noise);
        assertTrue(precise, entry + " is computed as " + after[k] + ", by the user's form as " + before[k]);
      }
    }
  }

  private static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }
}
