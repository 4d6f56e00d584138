package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.diag.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradients of all samples, and of a network with each function of the library, against central differences. */
@Slow
class GradientsTest {

  static List<Path> samples() {
    return Stream.concat(Texts.withData().stream(), Texts.in(Texts.EQUATIONS).stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void ofSamples(Path file) {
    assertPassed(Texts.source(file));
  }

  static List<String> activations() {
    return Stream.concat(Texts.definitions("activations.nn").stream(), Stream.of("tanh", "softmax", "logsoftmax", "prelu")).toList();
  }

  @ParameterizedTest
  @MethodSource("activations")
  void ofActivationsInBothOrientations(String activation) {
    String text = " model T { input X[3]; target Y[4]; H = dense(X, 5) |> " + activation
        + "; A = linear(H, 4); minimize J = mean(halfsquared(A, Y)); }";
    assertPassed(new Source("columns.nn", "samples columns;" + text));
    assertPassed(new Source("rows.nn", "samples rows;" + text));
  }

  static List<String> losses() {
    return Texts.definitions("losses.nn");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void ofLosses(String loss) {
    String activation = loss.equals("nll") ? "logsigmoid" : "sigmoid";
    assertPassed(new Source("loss.nn", "model T { input X[3]; target Y[2]; P = dense(X, 2) |> " + activation + ";"
        + " minimize J = mean(" + loss + "(P, Y)) + l2(0.1) + l1(0.01); }"));
  }

  private static void assertPassed(Source source) {
    List<GradientCheck.Line> lines = Programs.check(source);
    assertFalse(lines.isEmpty());
    lines.forEach(line -> assertTrue(line.passed(), line::toString));
  }
}
