package dev.nngen.lower;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Interpreter;
import dev.nngen.model.ModelText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The optimizer written out for each parameter, against the update computed by hand. */
class UpdateLoweringTest {

  private static final double[] W = {0.5, -1, 2, 0.25};
  private static final double[] GRADIENT = {3, -0.5, 0.125, -4};

  private static Program<Phase.Lowered> lower(String optimizers, String train) {
    return Lowering.lower(ModelText.model(optimizers + """

        model Update {
          input X[2];
          param W[2, 2];
          param s = 1;
          Z = s * (W * X);
          minimize J = sum(Z);
          train %s;
        }
        """.formatted(train)));
  }

  /** The leaves after four steps. */
  private static Map<String, double[]> leaves() {
    Map<String, double[]> leaves = new LinkedHashMap<>();
    leaves.put("W", W);
    leaves.put("dJ/dW", GRADIENT);
    leaves.put("W.mo", new double[] {0.1, 0.2, -0.3, 0.4});
    leaves.put("W.s", new double[] {0.5, 0.25, 0.125, 1});
    leaves.put("s", new double[] {1});
    leaves.put("dJ/ds", new double[] {2});
    leaves.put("s.mo", new double[] {0.7});
    leaves.put("s.s", new double[] {0.9});
    leaves.put("t", new double[] {4});
    return leaves;
  }

  private static double[] next(Program<Phase.Lowered> lowered, String name) {
    Map<String, double[]> leaves = leaves();
    lowered.updates().get(0).rate().ifPresent(rate -> leaves.put("rate", new double[] {rate}));
    return new Interpreter(lowered.updates().get(0).graph(), leaves, Map.of()).value("next " + name);
  }

  @Test
  void adamEqualsItsFormula() {
    Program<Phase.Lowered> lowered = lower("", "adam(rate = 0.01)");
    double[] w = new double[4];
    double[] mo = new double[4];
    double[] s = new double[4];
    for (int i = 0; i < 4; i++) {
      double g = GRADIENT[i];
      mo[i] = 0.9 * leaves().get("W.mo")[i] + (1 - 0.9) * g;
      s[i] = 0.999 * leaves().get("W.s")[i] + (1 - 0.999) * g * g;
      w[i] = W[i] - 0.01 * (mo[i] / (1 - Math.pow(0.9, 4))) / (Math.sqrt(s[i] / (1 - Math.pow(0.999, 4))) + 1e-8);
    }
    assertArrayEquals(mo, next(lowered, "W.mo"), 1e-15);
    assertArrayEquals(s, next(lowered, "W.s"), 1e-15);
    assertArrayEquals(w, next(lowered, "W"), 1e-15);
    double mos = 0.9 * 0.7 + 0.1 * 2;
    double ss = 0.999 * 0.9 + 0.001 * 4;
    assertArrayEquals(new double[] {1 - 0.01 * (mos / (1 - Math.pow(0.9, 4))) / (Math.sqrt(ss / (1 - Math.pow(0.999, 4)))
        + 1e-8)},
        next(lowered, "s"), 1e-15);
  }

  @Test
  void statesAreNamedAndStartAsDeclared() {
    Program.Update update = lower("optimizer o(c) { state mo = c / 2, s = sqrt(c); mo = s; w = w - mo; }", "o(4)").updates().get(0);
    assertEquals(List.of(new Program.State("W.mo", "W", 2), new Program.State("W.s", "W", 2),
        new Program.State("s.mo", "s", 2), new Program.State("s.s", "s", 2)), update.states());
    assertEquals(List.of("mo = s", "w = w - mo"), update.formula());
    assertEquals(Set.of("W", "dJ/dW", "W.mo", "W.s", "s", "dJ/ds", "s.mo", "s.s", "t", "next W", "next W.mo", "next W.s",
        "next s", "next s.mo", "next s.s"), update.graph().names().keySet());
  }

  @Test
  void assignmentsTakeEffectInOrder() {
    Program<Phase.Lowered> lowered = lower("optimizer o() { state mo = 0; old = w; w = w + g; mo = w; d = w - old; w = w - 2 * d + mo; }", "o");
    for (int i = 0; i < 4; i++) {
      assertEquals(W[i] + GRADIENT[i], next(lowered, "W.mo")[i], 1e-15);
      assertEquals(2 * W[i], next(lowered, "W")[i], 1e-15);
    }
  }

  @Test
  void aStageFeedsTheNext() {
    Program<Phase.Lowered> lowered = lower("optimizer double() { g = 2 * g; } optimizer shrink() { w = w / 2; }", "double |> shrink |> double() |> sgd(rate = 0.1)");
    for (int i = 0; i < 4; i++) {
      assertEquals(W[i] / 2 - 0.1 * 4 * GRADIENT[i], next(lowered, "W")[i], 1e-15);
    }
  }

  @Test
  void theNormIsThatOfAllGradientsThatEnterTheStage() {
    Program<Phase.Lowered> lowered = lower("optimizer half() { g = g / 2; } optimizer o() { w = gradnorm; }", "half |> o");
    double norm = Math.sqrt(3 * 3 + 0.25 + 0.125 * 0.125 + 16 + 4) / 2;
    assertArrayEquals(new double[] {norm, norm, norm, norm}, next(lowered, "W"), 1e-14);
    assertArrayEquals(new double[] {norm}, next(lowered, "s"), 1e-14);
  }

  @Test
  void clippingLeavesSmallGradientsAlone() {
    assertArrayEquals(next(lower("", "sgd(rate = 0.1)"), "W"), next(lower("", "clipnorm(100) |> sgd(rate = 0.1)"), "W"),
        1e-15);
    double norm = Math.sqrt(3 * 3 + 0.25 + 0.125 * 0.125 + 16 + 4);
    assertEquals(W[0] - 0.1 * 3 / norm, next(lower("", "clipnorm(1) |> sgd(rate = 0.1)"), "W")[0], 1e-15);
  }

  @Test
  void argumentsSeeTheStepAndNumbersOfTheModel() {
    Program<Phase.Lowered> lowered = lower("size k = 3; fn decay(t, c) = c / (1 + t);", "sgd(rate = decay(t, k))");
    assertEquals(W[1] + 0.6 * 0.5, next(lowered, "W")[1], 1e-15);
  }

  @Test
  void statesOfTwoStagesDoNotMix() {
    Program.Update update = lower("optimizer o() { state mo = 1; mo = mo + g; g = mo; }", "o |> o |> sgd(1)").updates().get(0);
    assertEquals(List.of("W.mo", "W.mo_2", "s.mo", "s.mo_2"), update.states().stream().map(Program.State::name).toList());
  }

  @Test
  void aNumberIsAssignedToEveryEntry() {
    assertArrayEquals(new double[] {7, 7, 7, 7}, next(lower("optimizer o() { w = 7; }", "o"), "W"));
  }
}
