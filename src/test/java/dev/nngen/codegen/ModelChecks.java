package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.lower.Lowered;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What must hold of every model, given by the statements in its braces. */
final class ModelChecks {

  private ModelChecks() {}

  /** Checks the generated classes of both precisions and of all sets of kernels against the interpreter. */
  static void classesAgree(String statements) {
    for (String precision : List.of("f64", "f32")) {
      Lowered model = SampleModelTest.simplified("t.nn", "model T { precision " + precision + "; " + statements + " }").get(0);
      Agreement.of(KernelSets.ALL, model, m -> points(model, m)).forEach(agreement -> agreement.check(5, 1, 3, 7));
    }
  }

  /** Checks all gradients against central differences. */
  static void gradientsAreSlopes(String statements) {
    assertEquals(List.of(), lines(statements).stream().filter(line -> !line.passed()).toList());
  }

  /** Checks all gradients against central differences, and that none of them is zero. */
  static void gradientsAreSlopesThatCount(String statements) {
    assertEquals(List.of(), lines(statements).stream().filter(line -> !line.passed() || line.zero()).toList());
  }

  private static List<GradientCheck.Line> lines(String statements) {
    String text = "model T { " + statements + " }";
    Lowered differentiated = Autodiff.differentiate(Lowering.lower(ModelText.model(text)));
    return GradientCheck.check(differentiated, SampleModelTest.simplified("t.nn", text).get(0), 3);
  }

  /** Random numbers for all leaves; whole ones below 5 for data that are called word or tag. */
  private static Map<String, double[]> points(Lowered model, int m) {
    Map<String, double[]> leaves = Agreement.drawn(model, new Random(7 + m)).apply(m);
    for (String name : List.of("word", "tag")) {
      leaves.computeIfPresent(name, (any, entries) -> Arrays.stream(entries).map(entry -> Math.floor(entry * 1e4 % 5)).toArray());
    }
    return leaves;
  }
}
