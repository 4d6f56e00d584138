package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Checks that hold for every model, given by the statements in its braces. */
final class ModelChecks {

  private ModelChecks() {}

  /** Checks the generated classes of both precisions and of all sets of kernels against the interpreter. */
  static void classesAgree(String statements) {
    for (String precision : List.of("f64", "f32")) {
      Program<? extends Phase.Differentiated> model = SampleModelTest.simplified("t.nn", "model T { precision " + precision + "; " + statements + " }").get(0);
      Agreement.of(KernelSets.ALL, model, m -> points(model, m)).forEach(agreement -> agreement.check(5, 1, 3, 7));
    }
  }

  /** Checks that values of the same names are the same in both models, for four samples. */
  static void agree(String statements, String spelled) {
    agree(statements, spelled, "");
  }

  /** Checks models that call the layers. */
  static void agree(String statements, String spelled, String layers) {
    Program<? extends Phase.Differentiated> one = Autodiff.differentiate(Lowering.lower(ModelText.model(layers + "model T { " + statements + " }")));
    Program<? extends Phase.Differentiated> other = Autodiff.differentiate(Lowering.lower(ModelText.model(layers + "model T { " + spelled + " }")));
    Map<String, double[]> leaves = points(one, 4);
    Interpreter first = new Interpreter(one.graph(), leaves, Map.of("m", 4));
    Interpreter second = new Interpreter(other.graph(), leaves, Map.of("m", 4));
    one.graph().names().keySet().stream().filter(other.graph().names()::containsKey).forEach(name -> {
      double[][] expected = second.matrix(name);
      double[][] actual = first.matrix(name);
      assertEquals(expected.length, actual.length, name);
      for (int row = 0; row < expected.length; row++) {
        double scale = Math.max(1, Arrays.stream(expected[row]).map(Math::abs).max().orElse(1));
        assertArrayEquals(expected[row], actual[row], 1e-12 * scale, name);
      }
    });
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
    Program<Phase.Differentiated> differentiated = Autodiff.differentiate(Lowering.lower(ModelText.model(text)));
    return GradientCheck.check(differentiated, SampleModelTest.simplified("t.nn", text).get(0), 3);
  }

  /** Random numbers for all leaves; whole ones below 5 for data that are called word or tag. */
  static Map<String, double[]> points(Program<? extends Phase.Differentiated> model, int m) {
    Map<String, double[]> leaves = Agreement.drawn(model, new Random(7 + m)).apply(m);
    for (String name : List.of("word", "tag")) {
      leaves.computeIfPresent(name, (any, entries) -> Arrays.stream(entries).map(entry -> Math.floor(entry * 1e4 % 5)).toArray());
    }
    return leaves;
  }
}
