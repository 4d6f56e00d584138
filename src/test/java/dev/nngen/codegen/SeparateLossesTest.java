package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.SourceLoader;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several losses, each of some parameters, against classes that have one of them alone and in which all other parameters are frozen. */
@Slow
class SeparateLossesTest {

  /** A generator and a discriminator of the same forward pass. */
  private static final String COLUMNS = """
      input Z[3]; input X[4];
      param Wg[4, 3] = glorot%1$s; param bg[4] = 0.1%1$s;
      param Wd[1, 4] = glorot%2$s; param bd[1] = 0%2$s;
      F = tanh(Wg * Z + bg);
      S = sigmoid(Wd * F + bd);
      R = sigmoid(Wd * X + bd);
      output F, S;
      """;
  private static final String ROWS = COLUMNS.replace("[4, 3]", "[3, 4]").replace("[1, 4]", "[4, 1]").replace("Wg * Z", "Z * Wg").replace("Wd * F", "F * Wd").replace("Wd * X", "X * Wd");
  private static final String D = "-mean(log(R) + log(1 - S)) + l2(0.1)";
  private static final String G = "-mean(log(S))";
  /** The generator's parameters come first in the flat array. */
  private static final int GENERATOR = 16;

  private static Program<Phase.Simplified> model(String head, String body, String statements) {
    return SampleModelTest.simplified("s.nn", "model S { " + head + body + statements + " }").get(0);
  }

  private static String body(String head, boolean frozenG, boolean frozenD) {
    return (head.contains("rows") ? ROWS : COLUMNS).formatted(frozenG ? " frozen" : "", frozenD ? " frozen" : "");
  }

  private static Program<Phase.Simplified> both(String head, String trains) {
    return model(head, body(head, false, false), "minimize D = " + D + " of Wd, bd; minimize G = " + G + " of Wg, bg; " + trains);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "train adam(rate = 0.1); | adam(rate = 0.1) | adam(rate = 0.1)",
      "train adam(rate = 0.1) of Wd, bd; train sgd(rate = 0.2) of Wg, bg; | adam(rate = 0.1) | sgd(rate = 0.2)",
      "train rmsprop(rate = 0.1) of bd, Wd; train momentum(rate = 0.2); | rmsprop(rate = 0.1) | momentum(rate = 0.2)"})
  void eachStepIsThatOfTheLossAlone(String trains, String optimizerD, String optimizerG) {
    for (String head : List.of("", "samples rows; ", "precision f32; ")) {
      double tolerance = head.contains("f32") ? 1e-5 : 1e-13;
      for (KernelSet kernels : KernelSets.ALL) {
        Trained both = new Trained(both(head, trains), kernels, 5);
        Trained d = new Trained(model(head, body(head, true, false), "minimize D = " + D + "; train " + optimizerD + ";"), kernels, 5);
        Trained g = new Trained(model(head, body(head, false, true), "minimize G = " + G + "; train " + optimizerG + ";"), kernels, 5);
        // Steps of one loss are not counted as steps of the other.
        for (String loss : List.of("D", "D", "G", "D", "G")) {
          Trained alone = loss.equals("D") ? d : g;
          double[] before = both.parameters();
          alone.setParameters(before);
          assertEquals(alone.step("loss", 3), both.step("loss" + loss, 3), tolerance);
          assertEquals(alone.step("gradients", 3), both.step("gradients" + loss, 3), tolerance);
          assertEquals(alone.step("step", 4), both.step("step" + loss, 4), tolerance);
          assertArrayEquals(alone.parameters(), both.parameters(), tolerance, head + kernels.name() + loss);
          int from = loss.equals("D") ? 0 : GENERATOR;
          int to = loss.equals("D") ? GENERATOR : before.length;
          assertArrayEquals(Arrays.copyOfRange(before, from, to), Arrays.copyOfRange(both.parameters(), from, to), 0, "the other's parameters stay");
        }
      }
    }
  }

  @Test
  void agreesWithTheInterpreter() {
    for (String head : List.of("", "samples rows; ", "precision f32; ")) {
      Program<Phase.Simplified> model = both(head, "train adam(rate = 0.1) of Wd; train clipnorm(0.1) |> momentum(rate = 0.1);");
      for (Agreement agreement : Agreement.ofAll(model, 3)) {
        agreement.check(5, 1, 16);
        Steps.agree(model, agreement.generated());
      }
    }
  }

  @Test
  void nothingIsComputedForOthers() {
    Program<Phase.Simplified> model = both("", "train adam;");
    Set<String> gradients = model.graph().names().keySet().stream().filter(name -> name.contains("/d")).collect(Collectors.toSet());
    assertFalse(gradients.contains("dD/dWg") || gradients.contains("dD/dF") || gradients.contains("dG/dWd"), gradients.toString());
    assertTrue(gradients.containsAll(Set.of("dD/dWd", "dG/dWg", "dG/dF")));
    Set<String> methods = Arrays.stream(new Trained(model, new EjmlKernels(), 1).instance().object().getClass().getMethods()).map(Method::getName).collect(Collectors.toSet());
    assertTrue(methods.containsAll(Set.of("lossD", "gradientsD", "stepD", "lossG", "gradientsG", "stepG", "addGradientsD", "applyGradientsG", "gradWd", "gradWg", "epoch")));
    assertFalse(methods.stream().anyMatch(Set.of("loss", "gradients", "step", "addGradients", "applyGradients")::contains));
  }

  @Test
  void checkComparesTheGradientsOfEach() {
    String text = "model S { " + body("", false, false) + "minimize D = " + D + " of Wd, bd; minimize G = " + G + " of Wg, bg; }";
    CompiledModel compiled = new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source("s.nn", text), new Diagnostics()).get(0);
    List<GradientCheck.Line> lines = GradientCheck.check(compiled.differentiated(), compiled.simplified(), 1);
    assertEquals(List.of("dD/dWd", "dD/dbd", "dG/dWg", "dG/dbg"), lines.stream().map(GradientCheck.Line::gradient).toList());
    assertTrue(lines.stream().allMatch(GradientCheck.Line::passed));
  }

  /** An epoch alternates the steps of the losses batch by batch, and returns the mean of each. */
  @Test
  void anEpochAlternates() {
    Program<Phase.Simplified> model = both("", "train sgd(rate = 0.1);");
    Trained epochs = new Trained(model, new EjmlKernels(), 5);
    Trained steps = new Trained(model, new EjmlKernels(), 5);
    Object[] data = epochs.data(3);
    double[] means = epochs.instance().call("epoch", data[0], data[1], 6, 9L);
    double d = steps.step("stepD", 3);
    double g = steps.step("stepG", 3);
    assertArrayEquals(new double[] {d, g}, means, 1e-12);
    assertArrayEquals(steps.parameters(), epochs.parameters(), 1e-12);
  }

  @Test
  void filesCountTheStepsOfEach(@TempDir Path folder) {
    Program<Phase.Simplified> model = both("", "train adam(rate = 0.1);");
    Trained one = new Trained(model, new EjmlKernels(), 5);
    List.of("stepD", "stepD", "stepG").forEach(step -> one.step(step, 1));
    Path file = folder.resolve("s.safetensors");
    one.instance().call("save", file);
    Trained other = new Trained(model, new EjmlKernels(), 6);
    other.instance().call("load", file);
    for (String step : List.of("stepG", "stepD", "stepG")) {
      assertEquals(one.step(step, 2), other.step(step, 2));
      assertArrayEquals(one.parameters(), other.parameters());
    }
  }

  /** Workers add up the gradients of one loss; those of others are left out. */
  @Test
  void flatGradientsAreThoseOfOneLoss() {
    Trained net = new Trained(both("", "train sgd(rate = 1);"), new PlainKernels(), 5);
    net.step("gradientsD", 1);
    net.step("gradientsG", 1);
    double[] flat = new double[21];
    net.instance().call("addGradientsD", flat, 0);
    assertTrue(IntStream.range(0, 21).allMatch(k -> (flat[k] == 0) == (k < GENERATOR)));
    double[] before = net.parameters();
    net.instance().call("applyGradientsD", flat, 0);
    assertTrue(IntStream.range(0, 21).allMatch(k -> net.parameters()[k] == before[k] - flat[k]));
  }

  /** A loss may look at the gradient of another one. */
  @Test
  void aLossMayHoldTheGradientOfAnother() {
    Program<Phase.Simplified> model = model("", "", "input X[3]; target Y[2]; param W[2, 3] = glorot; param v[3] = 0.5; P = W * (v .* X);"
        + " minimize A = mean(squared(P, Y)) of W; minimize B = sum(grad(A, W).^2) of v; train adam(rate = 0.1);");
    for (Agreement agreement : Agreement.ofAll(model, 3)) {
      agreement.check(5, 1);
      Steps.agree(model, agreement.generated());
    }
  }

  /** Names of losses that are Java keywords, or names of the class, are allowed. */
  @Test
  void anyNameMayBeThatOfALoss() {
    Program<Phase.Simplified> model = model("", "input X[3]; target Y[2]; param W[2, 3] = glorot; param his[2] = 0; param t_ry = 1; P = t_ry * (W * X + his);",
        "minimize ry = mean(squared(P, Y)) of W; minimize s = mean(P.^2) of his; minimize All = mean(absolute(P, Y)) of t_ry; train adam(rate = 0.1);");
    for (Agreement agreement : Agreement.ofAll(model, 3)) {
      agreement.check(5, 1);
      Steps.agree(model, agreement.generated());
    }
  }

  /** Threads share the work of all losses, and the bits are those of one thread. */
  @Test
  void threadsShareTheWork() {
    Program<Phase.Simplified> model = model("", "input X[300]; target Y[3]; H = dense(X, 700, tanh); K = dense(X, 600, tanh); P = dense(H, 3); Q = dense(K, 3); ",
        "minimize A = mean(squared(P, Y)) of W_H, b_H, W_P, b_P; minimize B = mean(squared(Q, Y) + squared(P, Q)); train adam(rate = 0.01) of W_H, W_K; train momentum(rate = 0.01);");
    GeneratedClass generated = new Agreement(model, 3, new VectorKernels()).generated();
    GeneratedClass.Instance one = generated.create(64);
    GeneratedClass.Instance several = generated.create(64, 3);
    List.of(one, several).forEach(instance -> instance.call("initialize", 3L));
    Object[] data = new Trained(model, new EjmlKernels(), 3).data(1);
    for (String step : List.of("stepA", "stepB", "stepA")) {
      assertEquals((double) one.call(step, data), (double) several.call(step, data));
    }
    for (Program.Parameter parameter : model.parameters()) {
      assertArrayEquals(((DMatrixRMaj) one.call(parameter.name())).data, ((DMatrixRMaj) several.call(parameter.name())).data, parameter.name());
    }
    several.call("close");
  }

  /** A loss of some parameters alone is a model's only loss, and the others are frozen or it is an error. */
  @Test
  void aSingleLossHasThePlainMethods() {
    Program<Phase.Simplified> model = model("", "input X[3]; target Y[2]; param W[2, 3] = glorot; param b[2] = 0 frozen; P = W * X + b;", "minimize J = mean(squared(P, Y)) of W; train adam;");
    Trained net = new Trained(model, new EjmlKernels(), 1);
    assertEquals(net.step("loss", 1), net.step("step", 1), 1e-14);
  }
}
