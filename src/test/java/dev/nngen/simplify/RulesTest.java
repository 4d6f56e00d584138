package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Fn;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of algebra and differentiation, each as an identity of its own: equal to 60 digits at random points and at the edges of
 * its domain. Rules that are wrong on purpose differ at those points. {@link ProverTest} proves and refutes them.
 */
@Slow
class RulesTest {

  private static final Map<String, Integer> EXTENTS = Map.of("m", 3);
  private static final BigDecimal SAME = new BigDecimal("1e-60");
  private static final double[] REALS = {0, -0.0, 1, -1, 1e-300, -1e-300, 30, -30, 0.5, 0.5};
  private static final double[] POSITIVE = {0.1, 5, 1, 2, 0.5, 3};
  private static final int POINTS = 12;

  static List<String> rules() throws IOException {
    return lines("rules.txt");
  }

  static List<String> wrongRules() throws IOException {
    return lines("wrong-rules.txt");
  }

  private static List<String> lines(String name) throws IOException {
    try (InputStream in = RulesTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  static Program<Phase.Differentiated> program(String rule) {
    String claim = rule.substring(rule.indexOf(": ") + 2);
    return Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model R {
          input X[4];  input Y[4];
          input U[4] where U in [0.1, 5];  input V[4] where V in [0.1, 5];  input T[4] where T in [0, 1];
          input N[4] where N in [-9, -1];
          param W[4, 4];  param b[4];  param s = 1;
          ones = 1 + 0 * X;  colones = 1 + 0 * colsum(X);
          minimize J = sum(W .* W) + s + sum(b) + sum(X) + sum(Y) + sum(U) + sum(V) + sum(T) + sum(N);
          prove %s;
        }
        """.formatted(claim))));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(String rule) {
    Program<Phase.Differentiated> program = program(rule);
    Program.Claim claim = program.claims().get(0);
    for (int seed = 1; seed <= POINTS; seed++) {
      assertEquals(0, differences(program, claim, seed), rule);
    }
  }

  @ParameterizedTest
  @MethodSource("wrongRules")
  void isCaught(String rule) {
    Program<Phase.Differentiated> program = program(rule);
    Program.Claim claim = program.claims().get(0);
    int differences = 0;
    for (int seed = 1; seed <= POINTS; seed++) {
      differences += differences(program, claim, seed);
    }
    assertNotEquals(0, differences, rule);
  }

  @Test
  void thereAreEnoughWrongRules() throws IOException {
    assertTrue(wrongRules().size() >= 30);
  }

  /** A function without a rule here could lose its rule, or get a wrong one, and nobody would see it. */
  @Test
  void everyFunctionHasARule() throws IOException {
    String all = String.join("\n", rules());
    Set<Fn> known = EnumSet.allOf(Fn.class);
    known.removeIf(fn -> all.contains(switch (fn) {
      case MAXIMUM -> "max(X, Y)";
      case MINIMUM -> "min(X, Y)";
      case GREATER -> " > ";
      case AT_LEAST -> " >= ";
      case EQUAL -> "colmax(";
      case POW -> ".^ 2.5";
      case PI -> "pi";
      default -> fn.name().toLowerCase(Locale.ROOT) + "(";
    }));
    assertEquals(Set.of(), known);
  }

  /** In how many entries the sides differ, of those where both have a value. */
  private static int differences(Program<Phase.Differentiated> program, Program.Claim claim, long seed) {
    PreciseInterpreter exact = new PreciseInterpreter(program.graph(), point(seed).leaves(), EXTENTS);
    BigDecimal[] left = exact.matrix(claim.left());
    BigDecimal[] right = exact.matrix(claim.right());
    int length = Math.max(left.length, right.length);
    int differences = 0;
    for (int k = 0; k < length; k++) {
      BigDecimal a = left[left.length == 1 ? 0 : k];
      BigDecimal b = right[right.length == 1 ? 0 : k];
      boolean same = a == null || b == null || a.subtract(b).abs().compareTo(SAME.multiply(a.abs().max(BigDecimal.ONE))) <= 0;
      differences += same ? 0 : 1;
    }
    return differences;
  }

  /** Half of the entries are edges of the domain. */
  static Prover.Point point(long seed) {
    Random random = new Random(seed);
    Map<String, double[]> leaves = new HashMap<>();
    for (String name : List.of("X", "Y", "U", "V", "T", "N", "W", "b", "s")) {
      int length = name.equals("s") ? 1 : name.equals("b") ? 4 : name.equals("W") ? 16 : 12;
      double[] entries = new double[length];
      Arrays.setAll(entries, k -> entry(name, random));
      leaves.put(name, entries);
    }
    return new Prover.Point(leaves, EXTENTS);
  }

  private static double entry(String name, Random random) {
    boolean edge = random.nextBoolean();
    return switch (name) {
      case "U", "V" -> edge ? POSITIVE[random.nextInt(POSITIVE.length)] : 0.1 + 4.9 * random.nextDouble();
      case "T" -> edge ? random.nextInt(2) : random.nextDouble();
      case "N" -> edge ? -1 - 8 * random.nextInt(2) : -1 - 8 * random.nextDouble();
      default -> edge ? REALS[random.nextInt(REALS.length)] : 2 * random.nextGaussian();
    };
  }
}
