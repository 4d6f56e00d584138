package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The loss and the gradients of {@code hostile.txt} are finite wherever the true value is, and keep their digits relative to their own
 * size: large means, tiny residuals, saturated gates, guards at their poles, the format's ends.
 */
@Slow
class HostilePointsTest {

  private static final double TOLERANCE = 1e-10;

  /** @param values entries of leaves, and expected entries of values for which the chain rule has none */
  record Case(String title, String statements, Map<String, double[]> values) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Case> cases() throws IOException {
    return Arrays.stream(Files.readString(Path.of("src/test/resources/dev/nngen/simplify/hostile.txt")).split("\n\n"))
        .filter(block -> block.startsWith("> ")).map(block -> {
          List<String> lines = block.strip().lines().toList();
          Map<String, double[]> values = new LinkedHashMap<>();
          lines.stream().skip(2).forEach(line -> values.put(line.substring(0, line.indexOf(" = ")),
              Arrays.stream(line.substring(line.indexOf(" = ") + 3).split(",")).mapToDouble(Double::parseDouble).toArray()));
          return new Case(lines.get(0).substring(2), lines.get(1), values);
        }).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void keepsItsDigits(Case each) {
    Program<Phase.Differentiated> program = Autodiff.differentiate(Lowering.lower(ModelText.model("model M { input Other[1];  Out = 2 * Other;  output Out;  " + each.statements + " }")));
    Graph simple = Simplifier.simplify(program).graph();
    Map<String, Integer> extents = Map.of("m", batch(each, program.graph()));
    Map<String, double[]> leaves = leaves(each, program.graph(), extents.get("m"));
    PreciseInterpreter truth = new PreciseInterpreter(program.graph(), leaves, extents);
    Interpreter actual = new Interpreter(simple, leaves, extents);
    Interpreter chain = new Interpreter(program.graph(), leaves, extents);
    List<String> names = program.parameters().stream().map(p -> ValueName.gradient("J", p.name()).text()).toList();
    assertEquals(1, error(actual.value("J"), each.values.getOrDefault("J", truth.doubles("J"))) < TOLERANCE ? 1 : 0,
        "J = " + Arrays.toString(actual.value("J")) + ", not " + Arrays.toString(truth.doubles("J")));
    for (String name : names) {
      double[] expected = each.values.containsKey(name) ? spread(each.values.get(name), actual.value(name).length) : truth.doubles(name);
      double chainError = error(chain.value(name), expected);
      assertTrue(error(actual.value(name), expected) < Math.max(TOLERANCE, Double.isFinite(chainError) ? 4 * chainError : 0),
          name + " = " + Arrays.toString(actual.value(name)) + ", not " + Arrays.toString(expected));
    }
  }

  private static double[] spread(double[] values, int length) {
    double[] spread = new double[length];
    Arrays.setAll(spread, k -> values[k * values.length / length]);
    return spread;
  }

  /** The largest error of an entry, relative to that entry. */
  private static double error(double[] actual, double[] expected) {
    double largest = 0;
    for (int k = 0; k < actual.length; k++) {
      double error = expected[k] == 0 ? Math.abs(actual[k]) / 1e-300 : Math.abs(actual[k] - expected[k]) / Math.abs(expected[k]);
      largest = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(largest, error);
    }
    return largest;
  }

  /** As many samples as the entries of an input tell. */
  private static int batch(Case each, Graph graph) {
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.shape().contains(Extent.BATCH) && each.values.containsKey(leaf.name())) {
        int rest = leaf.shape().stream().filter(Extent.Fixed.class::isInstance).mapToInt(e -> ((Extent.Fixed) e).size()).reduce(1, (a, b) -> a * b);
        return Math.max(2, each.values.get(leaf.name()).length / rest);
      }
    }
    return 2;
  }

  /** The entries of each leaf; of one that has fewer than it needs, each is repeated for the samples. */
  private static Map<String, double[]> leaves(Case each, Graph graph, int batch) {
    Map<String, double[]> leaves = new LinkedHashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.role() != Node.Role.EXTENT) {
        int length = leaf.shape().stream().mapToInt(e -> e instanceof Extent.Fixed fixed ? fixed.size() : batch).reduce(1, (a, b) -> a * b);
        leaves.put(leaf.name(), spread(each.values.getOrDefault(leaf.name(), new double[] {1}), length));
      }
    }
    return leaves;
  }
}
