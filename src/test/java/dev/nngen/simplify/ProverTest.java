package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule is proved, every wrong one refuted with a point where the sides differ. */
class ProverTest {

  static List<String> rules() throws IOException {
    return RulesTest.rules();
  }

  static List<String> wrongRules() throws IOException {
    return RulesTest.wrongRules();
  }

  private static Proof decided(String rule) {
    Program<Phase.Differentiated> program = RulesTest.program(rule);
    return new Prover(program).decide(program.claims().get(0), RulesTest::point);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void proves(String rule) {
    assertInstanceOf(Proof.Proved.class, decided(rule));
  }

  @ParameterizedTest
  @MethodSource("wrongRules")
  void refutes(String rule) {
    assertInstanceOf(Proof.Refuted.class, decided(rule));
  }

  @Test
  void saysHowFarTheSidesWereTakenApart() {
    assertEquals(new Proof.Proved("equal after simplification"), decided("same: X + Y == Y + X"));
    assertEquals(new Proof.Proved("equal after multiplying out all products and sums"),
        decided("distributive: W' * (X + W * X) == W' * X + W' * W * X"));
  }

  @Test
  void aRefutationNamesTheEntryAndThePoint() {
    Proof.Refuted refuted = (Proof.Refuted) decided("wrong: W * b == 2 * (W * b)");
    assertEquals("[1, 1]", refuted.place());
    assertEquals(2 * refuted.left(), refuted.right(), 1e-12);
    assertEquals(List.of("m", "W", "b"), refuted.point().stream().map(line -> line.substring(0, line.indexOf(' '))).toList());
    assertEquals("m = 3", refuted.point().get(0));
    assertTrue(refuted.point().get(1).matches("W = \\[([-0-9.e]+, ){6}\\.\\.\\.]"), refuted.point().get(1));
    assertTrue(refuted.point().get(2).matches("b = \\[([-0-9.e]+, ){3}[-0-9.e]+]"), refuted.point().get(2));
  }

  @Test
  void aScalarHasNoPlace() {
    Proof.Refuted refuted = (Proof.Refuted) decided("wrong: s == s + 1");
    assertEquals("", refuted.place());
    assertEquals(1, refuted.right() - refuted.left(), 1e-12);
    assertEquals(2, refuted.point().size());
    assertTrue(refuted.point().get(1).matches("s = [-0-9.e]+"), refuted.point().get(1));
  }

  /** Differences below rounding are no refutation, and no proof. */
  @Test
  void whatAgreesWithinRoundingIsLeftOpen() {
    assertEquals(new Proof.Unproved(24, false), decided("nearly: U == U + 1e-12 * sin(X)"));
  }

  /** Sides that cancel to zero differ by rounding, and by much relative to what is left. */
  @ParameterizedTest
  @ValueSource(strings = {"(sin(s) ^ 2 + cos(s) ^ 2) * (b' * W * b) - b' * W' * b == 0 * s", "sum(sin(X) .* sin(X) + cos(X) .* cos(X) - 1) == 0 * s",
      "exp(sin(X) .^ 2) .* exp(cos(X) .^ 2) - exp(1 + 0 * X) == 0 * X"})
  void whatCancelsWithinRoundingIsNotRefuted(String claim) {
    assertEquals(new Proof.Unproved(24, false), decided("cancels: " + claim));
  }

  @Test
  void aSmallDifferenceThatIsNotRoundingIsRefuted() {
    assertInstanceOf(Proof.Refuted.class, decided("small: 1e-30 * X .* X == 1e-30 * X .* Y"));
    assertInstanceOf(Proof.Refuted.class, decided("small: U .* V + 1e-6 == V .* U"));
  }
}
