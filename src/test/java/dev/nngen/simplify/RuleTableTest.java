package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.simplify.rules.RewriteRule;
import dev.nngen.simplify.rules.RuleTable;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of the table: both sides are equal to 60 digits at random points and at the edges of the domain, wherever the condition holds, and the matcher
 * finds the left side of each. Rules that are wrong on purpose are caught, here and when a model is compiled.
 */
class RuleTableTest {

  private static final Map<String, Integer> EXTENTS = Map.of("m", 3);
  private static final BigDecimal SAME = new BigDecimal("1e-60");
  private static final double[] EDGES = {0, -0.0, 1, -1, 1e-300, -1e-300, 30, -30, 0.5, 0.5};
  private static final int POINTS = 12;
  /** The values of names of numbers. */
  private static final List<Map<String, String>> NUMBERS = List.of(Map.of("a", "2", "b", "(1/3)"), Map.of("a", "(1/4)", "b", "1"), Map.of("a", "1", "b", "5"));

  static List<RewriteRule> rules() {
    return RuleTable.get().rules();
  }

  static List<RewriteRule> matched() {
    return rules().stream().filter(rule -> !rule.isComputed()).toList();
  }

  static List<RewriteRule> wrongRules() throws IOException {
    try (InputStream in = RuleTableTest.class.getResourceAsStream("wrong.rules")) {
      return RuleTable.parse("wrong", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static Program<Phase.Differentiated> program(RewriteRule rule, Map<String, String> numbers) {
    String conditions = rule.conditions().stream().map(condition -> "where(" + condition + ", 1, 0)").collect(Collectors.joining(" .* "));
    return program("L = 0 * u + " + with(numbers, rule.left()) + ";  R = 0 * u + " + with(numbers, rule.right()) + ";  H = 0 * u + "
        + (conditions.isEmpty() ? "1" : with(numbers, conditions)) + ";");
  }

  private static Program<Phase.Differentiated> program(String statements) {
    return Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model R {
          input u[3];  input v[3];  input w[3];  input p[3];  input q[3];  target k of 3;  param z = 1;
          c = where(p > q, 1, 0);
          P = z * u;  output P;
          %s
          minimize J = sum(P + 0 * v + 0 * w + c + onehot(k));
        }
        """.formatted(statements))));
  }

  private static String with(Map<String, String> numbers, String text) {
    String result = text;
    for (Map.Entry<String, String> number : numbers.entrySet()) {
      result = result.replaceAll("\\b" + number.getKey() + "\\b", number.getValue());
    }
    return result;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(RewriteRule rule) {
    int compared = 0;
    for (Map<String, String> numbers : NUMBERS) {
      Program<Phase.Differentiated> program = program(rule, numbers);
      for (int seed = 1; seed <= POINTS; seed++) {
        int[] result = compare(program.graph(), seed);
        assertEquals(0, result[1], () -> rule.name() + " at " + numbers);
        compared += result[0];
      }
    }
    assertTrue(compared > 2 * POINTS, rule.name() + " was compared in " + compared + " entries only");
  }

  @ParameterizedTest
  @MethodSource("wrongRules")
  void isCaught(RewriteRule rule) {
    int differences = 0;
    for (Map<String, String> numbers : NUMBERS) {
      Graph graph = program(rule, numbers).graph();
      for (int seed = 1; seed <= POINTS; seed++) {
        differences += compare(graph, seed)[1];
      }
    }
    assertNotEquals(0, differences, rule.name());
  }

  /** How many entries have a value on both sides where the condition holds, and how many of these differ. */
  private static int[] compare(Graph graph, long seed) {
    PreciseInterpreter exact = new PreciseInterpreter(graph, point(seed), EXTENTS);
    BigDecimal[] left = exact.matrix("L");
    BigDecimal[] right = exact.matrix("R");
    BigDecimal[] holds = exact.matrix("H");
    int[] result = new int[2];
    for (int k = 0; k < left.length; k++) {
      if (left[k] != null && right[k] != null && holds[k] != null && holds[k].signum() != 0) {
        result[0]++;
        result[1] += left[k].subtract(right[k]).abs().compareTo(SAME.multiply(left[k].abs().max(BigDecimal.ONE))) <= 0 ? 0 : 1;
      }
    }
    return result;
  }

  /** Half of the entries are edges; one in two points has positive values only. */
  private static Map<String, double[]> point(long seed) {
    Random random = new Random(seed);
    Map<String, double[]> leaves = new LinkedHashMap<>();
    for (String name : List.of("u", "v", "w", "p", "q", "k", "z")) {
      double[] entries = new double[name.equals("z") ? 1 : name.equals("k") ? 3 : 9];
      Arrays.setAll(entries, i -> {
        double value = random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : 2 * random.nextGaussian();
        return name.equals("k") ? random.nextInt(3) : seed % 2 == 0 ? Math.abs(value) : value;
      });
      leaves.put(name, entries);
    }
    return leaves;
  }

  @ParameterizedTest
  @MethodSource("matched")
  void isFound(RewriteRule rule) {
    Program<Phase.Differentiated> program = program("L = " + with(NUMBERS.get(0), rule.left().replaceAll("\\bu\\b", rule.condition().contains("u >= -1") ? "(u .^ 2)" : "u")) + ";");
    assertTrue(Extraction.offered(program.graph(), NormalForms.of(program.graph(), program.facts())).contains(rule.name()), rule::text);
  }

  /** A form that is not the value is dropped while a model is compiled, and counted. */
  @Test
  void wrongRuleCostsNoResult() {
    Program<Phase.Differentiated> program = program("L = log(1 + exp(u));");
    List<RewriteRule.Compiled> rules = new ArrayList<>(RuleTable.compile(RuleTable.parse("wrong", "wrong: log(1 + exp(u)) => log1p(exp(u) / 2)")));
    Graph simple = Extraction.extract(program.graph(), NormalForms.of(program.graph(), program.facts()), rules);
    assertFalse(simple.rewrites().rejected().isEmpty());
    assertEquals(Math.log(1 + Math.E), new Interpreter(simple, Map.of("u", new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1}), EXTENTS).value("L")[0], 1e-15);
  }

  /** The log names the rules that were taken. */
  @Test
  void takenRulesAreRecorded() {
    Program<Phase.Differentiated> program = program("L = log(1 + exp(u));");
    assertTrue(Simplifier.simplify(program).graph().rewrites().of("L").stream().anyMatch(step -> step.rule().equals("softplus")));
  }

  @Test
  void themesSayWhatTheyAre() {
    rules().forEach(rule -> assertFalse(RuleTable.get().theme(rule.theme()).isEmpty()));
  }
}
