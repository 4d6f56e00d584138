package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each optimizer of the library against the algorithm as its paper has it, written out in Java, over several steps. */
class OptimizersTest {

  private static final int STEPS = 5;
  private static final int ENTRIES = 6;

  /** One step of one entry; {@code s} is memory that starts at 0. */
  interface Step {
    double next(double w, double g, double[] s, int t);
  }

  private static Arguments rule(String text, Step step) {
    return Arguments.of(text, step);
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        rule("sgd(rate = 0.1)", (w, g, s, t) -> w - 0.1 * g),
        // D8: mo <- b mo - (1-b) g; w <- w + rate * mo / (1 - b^t)
        rule("momentum(rate = 0.1, beta = 0.8)", (w, g, s, t) -> {
          s[0] = 0.8 * s[0] - 0.2 * g;
          return w + 0.1 * s[0] / (1 - Math.pow(0.8, t));
        }),
        rule("heavyball(rate = 0.1, beta = 0.8)", (w, g, s, t) -> {
          s[0] = 0.8 * s[0] - 0.1 * g;
          return w + s[0];
        }),
        // Sutskever's form evaluates g at w + beta v; s[1] is the point without the look ahead.
        rule("nesterov(rate = 0.1, beta = 0.8)", (w, g, s, t) -> {
          double without = w - 0.8 * s[0];
          s[0] = 0.8 * s[0] - 0.1 * g;
          return without + s[0] + 0.8 * s[0];
        }),
        rule("adagrad(rate = 0.1, eps = 1e-3)", (w, g, s, t) -> {
          s[0] += g * g;
          return w - 0.1 / (1e-3 + Math.sqrt(s[0])) * g;
        }),
        rule("rmsprop(rate = 0.1, rho = 0.8, eps = 1e-3)", (w, g, s, t) -> {
          s[0] = 0.8 * s[0] + 0.2 * g * g;
          return w - 0.1 / (1e-3 + Math.sqrt(s[0])) * g;
        }),
        rule("adadelta(rate = 0.5, rho = 0.8, eps = 1e-3)", (w, g, s, t) -> {
          s[0] = 0.8 * s[0] + 0.2 * g * g;
          double step = -Math.sqrt(s[1] + 1e-3) / Math.sqrt(s[0] + 1e-3) * g;
          s[1] = 0.8 * s[1] + 0.2 * step * step;
          return w + 0.5 * step;
        }),
        // D10
        rule("adam(rate = 0.1, beta1 = 0.8, beta2 = 0.9, eps = 1e-3)", (w, g, s, t) -> {
          moments(g, s);
          return w - 0.1 * first(s, t) / (Math.sqrt(second(s[1], t)) + 1e-3);
        }),
        // D9
        rule("adaminside(rate = 0.1, beta1 = 0.8, beta2 = 0.9, eps = 1e-3)", (w, g, s, t) -> {
          moments(-g, s);
          return w + 0.1 * first(s, t) / Math.sqrt(second(s[1], t) + 1e-3);
        }),
        rule("adamw(rate = 0.1, beta1 = 0.8, beta2 = 0.9, eps = 1e-3, decay = 0.05)", (w, g, s, t) -> {
          moments(g, s);
          return w * (1 - 0.1 * 0.05) - 0.1 * first(s, t) / (Math.sqrt(second(s[1], t)) + 1e-3);
        }),
        rule("nadam(rate = 0.1, beta1 = 0.8, beta2 = 0.9, eps = 1e-3)", (w, g, s, t) -> {
          moments(g, s);
          double ahead = 0.8 * s[0] / (1 - Math.pow(0.8, t + 1)) + 0.2 * g / (1 - Math.pow(0.8, t));
          return w - 0.1 * ahead / (Math.sqrt(second(s[1], t)) + 1e-3);
        }),
        rule("amsgrad(rate = 0.1, beta1 = 0.8, beta2 = 0.9, eps = 1e-3)", (w, g, s, t) -> {
          moments(g, s);
          s[2] = Math.max(s[2], s[1]);
          return w - 0.1 * first(s, t) / (Math.sqrt(second(s[2], t)) + 1e-3);
        }),
        rule("lion(rate = 0.1, beta1 = 0.8, beta2 = 0.9, decay = 0.05)", (w, g, s, t) -> {
          double direction = Math.signum(0.8 * s[0] + 0.2 * g);
          s[0] = 0.9 * s[0] + 0.1 * g;
          return w - 0.1 * (direction + 0.05 * w);
        }),
        rule("clipvalue(0.5) |> sgd(rate = 0.1)", (w, g, s, t) -> w - 0.1 * Math.min(0.5, Math.max(-0.5, g))),
        rule("sgd(rate = stepdecay(t, 0.1, 0.5, 2))", (w, g, s, t) -> w - 0.1 * Math.pow(0.5, Math.floor((t - 1) / 2.0)) * g),
        rule("sgd(rate = exponentialdecay(t, 0.1, 0.5, 2))", (w, g, s, t) -> w - 0.1 * Math.pow(0.5, (t - 1) / 2.0) * g),
        rule("sgd(rate = cosinedecay(t, 0.1, 3, least = 0.02))",
            (w, g, s, t) -> w - (0.02 + 0.04 * (1 + Math.cos(Math.PI * Math.min(t - 1, 3) / 3))) * g),
        rule("sgd(rate = warmup(t, 0.1, 3))", (w, g, s, t) -> w - 0.1 * Math.min(1, t / 3.0) * g),
        rule("sgd(rate = noam(t, 0.1, 3))", (w, g, s, t) -> w - 0.1 * Math.min(t / 3.0, Math.sqrt(3.0 / t)) * g),
        rule("sgd(rate = constantrate(t, 0.1))", (w, g, s, t) -> w - 0.1 * g));
  }

  private static void moments(double g, double[] s) {
    s[0] = 0.8 * s[0] + 0.2 * g;
    s[1] = 0.9 * s[1] + 0.1 * g * g;
  }

  private static double first(double[] s, int t) {
    return s[0] / (1 - Math.pow(0.8, t));
  }

  private static double second(double moment, int t) {
    return moment / (1 - Math.pow(0.9, t));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void stepsAsItsPaperSays(String optimizer, Step step) {
    Programs.Steps steps = new Programs.Steps(optimizer);
    double[][] memory = new double[ENTRIES][3];
    double[] expected = steps.leaves.get("W").clone();
    SplittableRandom random = new SplittableRandom(3);
    for (int t = 1; t <= STEPS; t++) {
      double[] g = random.doubles(ENTRIES, -1, 1).toArray();
      for (int i = 0; i < ENTRIES; i++) {
        expected[i] = step.next(expected[i], g[i], memory[i], t);
      }
      steps.step(g, new double[] {0, 0}, t);
      assertArrayEquals(expected, steps.leaves.get("W"), 1e-12, optimizer + ", step " + t);
    }
  }

  @Test
  void everyOptimizerAndScheduleOfTheLibraryIsTested() {
    Set<String> tested = new LinkedHashSet<>(Set.of("clipnorm", "lars", "lamb", "lookahead", "ema"));
    rules().forEach(rule -> tested.addAll(Arrays.asList(((String) rule.get()[0]).split("\\W+"))));
    Set<String> missing = new LinkedHashSet<>(Texts.definitions("optimizers.nn"));
    missing.addAll(Texts.definitions("schedules.nn"));
    missing.removeAll(tested);
    assertEquals(Set.of(), missing);
  }

  private static double norm(double[] entries) {
    return Math.sqrt(Arrays.stream(entries).map(entry -> entry * entry).sum());
  }

  /** Algorithm 1 of the paper; norms are those of each parameter. */
  @Test
  void larsScalesTheRateByNorms() {
    Programs.Steps steps = new Programs.Steps("lars(rate = 0.5, beta = 0.8, decay = 0.01, trust = 0.02)");
    double[] w = steps.leaves.get("W").clone();
    double[] v = new double[w.length];
    SplittableRandom random = new SplittableRandom(3);
    for (int t = 1; t <= STEPS; t++) {
      double[] g = random.doubles(ENTRIES, -1, 1).toArray();
      double local = 0.02 * norm(w) / (norm(g) + 0.01 * norm(w));
      for (int i = 0; i < ENTRIES; i++) {
        v[i] = 0.8 * v[i] + 0.5 * local * (g[i] + 0.01 * w[i]);
        w[i] -= v[i];
      }
      steps.step(g, new double[] {7, -100}, t);
      assertArrayEquals(w, steps.leaves.get("W"), 1e-12, "step " + t);
    }
  }

  /** Algorithm 2 of the paper with phi(z) = z. */
  @Test
  void lambStepsAreAsLongAsParameters() {
    Programs.Steps steps = new Programs.Steps("lamb(rate = 0.1, beta1 = 0.8, beta2 = 0.9, eps = 1e-3, decay = 0.05)");
    double[] w = steps.leaves.get("W").clone();
    double[][] memory = new double[ENTRIES][2];
    SplittableRandom random = new SplittableRandom(3);
    for (int t = 1; t <= STEPS; t++) {
      double[] g = random.doubles(ENTRIES, -1, 1).toArray();
      double[] r = new double[ENTRIES];
      for (int i = 0; i < ENTRIES; i++) {
        moments(g[i], memory[i]);
        r[i] = first(memory[i], t) / (Math.sqrt(second(memory[i][1], t)) + 1e-3) + 0.05 * w[i];
      }
      double ratio = norm(w) / norm(r);
      for (int i = 0; i < ENTRIES; i++) {
        w[i] -= 0.1 * ratio * r[i];
      }
      steps.step(g, new double[] {7, -100}, t);
      assertArrayEquals(w, steps.leaves.get("W"), 1e-12, "step " + t);
    }
  }

  /** Algorithm 1 of the paper over sgd, and an average of its weights. */
  @Test
  void lookaheadAndAveragesFollowTheWeights() {
    Programs.Steps steps = new Programs.Steps("sgd(rate = 0.1) |> lookahead(steps = 3, alpha = 0.25) |> ema(decay = 0.9)");
    double[] w = steps.leaves.get("W").clone();
    double[] slow = w.clone();
    double[] total = new double[ENTRIES];
    SplittableRandom random = new SplittableRandom(3);
    for (int t = 1; t <= 20; t++) {
      double[] g = random.doubles(ENTRIES, -1, 1).toArray();
      for (int i = 0; i < ENTRIES; i++) {
        w[i] -= 0.1 * g[i];
        if (t % 3 == 0) {
          slow[i] += 0.25 * (w[i] - slow[i]);
          w[i] = slow[i];
        }
        total[i] = 0.9 * total[i] + 0.1 * w[i];
      }
      steps.step(g, new double[] {7, -100}, t);
      assertArrayEquals(w, steps.leaves.get("W"), 1e-12, "step " + t);
      double share = 1 - Math.pow(0.9, t);
      assertArrayEquals(Arrays.stream(total).map(entry -> entry / share).toArray(), steps.leaves.get("W.average"), 1e-12, "step " + t);
    }
  }

  /** A parameter that starts at 0 has no norm to be compared with; it makes a plain step. */
  @Test
  void parametersOfZerosMove() {
    for (String optimizer : new String[] {"lars(rate = 0.5, decay = 0)", "lamb(rate = 0.5, eps = 1e-12, decay = 0)"}) {
      Programs.Steps steps = new Programs.Steps(optimizer);
      Arrays.fill(steps.leaves.get("b"), 0);
      steps.step(new double[ENTRIES], new double[] {1, 1}, 1);
      assertEquals(-0.5, steps.leaves.get("b")[0], 1e-9, optimizer);
      assertTrue(Arrays.stream(steps.leaves.get("W")).allMatch(Double::isFinite), optimizer);
    }
  }

  @Test
  void clipnormScalesAllGradientsTogether() {
    Programs.Steps steps = new Programs.Steps("clipnorm(2) |> sgd(rate = 1)");
    double[] w = steps.leaves.get("W").clone();
    double[] b = steps.leaves.get("b").clone();
    steps.step(new double[] {3, 0, 0, 0, 0, 0}, new double[] {0, 4}, 1);
    assertEquals(w[0] - 3 * 2.0 / 5, steps.leaves.get("W")[0], 1e-12);
    assertEquals(b[1] - 4 * 2.0 / 5, steps.leaves.get("b")[1], 1e-12);
    double[] after = steps.leaves.get("W").clone();
    steps.step(new double[] {1, 0, 0, 0, 0, 0}, new double[] {0, 1}, 2);
    assertEquals(after[0] - 1, steps.leaves.get("W")[0], 1e-12);
  }
}
