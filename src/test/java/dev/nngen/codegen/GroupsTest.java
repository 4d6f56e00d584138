package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of parameters, each with an optimizer of its own, against classes in which all others are frozen. */
@Slow
class GroupsTest {

  private static final String MODEL = """
      model G {
        %1$s
        input X[4]; target Y[2];
        H = dense(X, 3, tanh);
        P = dense(H, 2);
        minimize J = mean(squared(P, Y)) + l2(0.1);
        %2$s
      }
      """;
  private static final int COUNT = 23;
  /** W_H and b_H, W_P, b_P in the flat array. */
  private static final int OUTER = 15;

  private static Trained trained(String head, String train, KernelSet kernels) {
    return new Trained(SampleModelTest.simplified("g.nn", MODEL.formatted(head, train)).get(0), kernels, 7);
  }

  /** An optimizer that names all parameters is the optimizer of all. */
  @ParameterizedTest
  @ValueSource(strings = {"adam(rate = 0.1)", "clipnorm(0.01) |> momentum(rate = 0.1)"})
  void aGroupOfAll(String optimizer) {
    for (KernelSet kernels : KernelSets.ALL) {
      Trained all = trained("", "train " + optimizer + ";", kernels);
      Trained group = trained("", "train " + optimizer + " of b_P, W_P, W_H, b_H;", kernels);
      for (int step = 0; step < 3; step++) {
        all.step("step", step);
        group.step("step", step);
        assertArrayEquals(all.parameters(), group.parameters(), 0, kernels.name());
      }
      assertEquals(all.text(), group.text(), "the same class");
    }
  }

  /** Each group is trained as if the others were frozen, and norms of gradients are those of the group. */
  @ParameterizedTest
  @CsvSource({"adam(rate = 0.1), sgd(rate = 0.2)", "momentum(rate = 0.1), momentum(rate = 0.2)", "clipnorm(0.01) |> sgd(rate = 0.5), adam(rate = 0.1)",
      "clipnorm(0.01) |> sgd(rate = 0.5), clipnorm(0.02) |> rmsprop(rate = 0.1)"})
  void eachIsTrainedAsIfOthersWereFrozen(String inner, String outer) {
    for (String head : List.of("", "samples rows;", "precision f32;")) {
      String frozen = MODEL.replace("H = dense(X, 3, tanh);", head.contains("rows")
          ? "param W_H[4, 3] = glorot%3$s; param b_H[3] = 0%3$s; H = tanh(X * W_H + b_H);" : "param W_H[3, 4] = glorot%3$s; param b_H[3] = 0%3$s; H = tanh(W_H * X + b_H);")
          .replace("P = dense(H, 2);", head.contains("rows") ? "param W_P[3, 2] = glorot%4$s; param b_P[2] = 0%4$s; P = H * W_P + b_P;"
              : "param W_P[2, 3] = glorot%4$s; param b_P[2] = 0%4$s; P = W_P * H + b_P;");
      for (KernelSet kernels : KernelSets.ALL) {
        Trained groups = trained(head, "train " + inner + " of W_H, b_H; train " + outer + ";", kernels);
        Trained first = new Trained(SampleModelTest.simplified("g.nn", frozen.formatted(head, "train " + inner + ";", "", " frozen")).get(0), kernels, 7);
        Trained second = new Trained(SampleModelTest.simplified("g.nn", frozen.formatted(head, "train " + outer + ";", " frozen", "")).get(0), kernels, 7);
        for (int step = 0; step < 3; step++) {
          double[] before = groups.parameters();
          first.setParameters(before);
          second.setParameters(before);
          groups.step("step", step);
          first.step("step", step);
          second.step("step", step);
          double[] expected = IntStream.range(0, COUNT).mapToDouble(k -> k < OUTER ? first.parameters()[k] : second.parameters()[k]).toArray();
          assertArrayEquals(expected, groups.parameters(), head.contains("f32") ? 1e-6 : 1e-13, head + kernels.name());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"train adam of W_H, b_P; train adam(rate = 0.1);", "train adagrad of W_P; train clipnorm(0.1) |> lion of b_H, W_H; train sgd;"})
  void stepsAgreeWithTheInterpreter(String train) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("g.nn", MODEL.formatted("", train)).get(0);
    for (Agreement agreement : Agreement.ofAll(model, 3)) {
      agreement.check(5, 1);
      Steps.agree(model, agreement.generated());
    }
  }

  /** Large gradients are applied as they come, by the optimizer of each. */
  @Test
  void largeParametersAreChangedAsTheirGradientsCome() {
    String text = "model G { input X[400]; target Y[3]; H = dense(X, 500, tanh); K = dense(H, 500, tanh); P = dense(K, 3); minimize J = mean(squared(P, Y)); %s }";
    Trained fused = new Trained(SampleModelTest.simplified("g.nn", text.formatted("train adam(rate = 0.01) of W_H, b_P; train clipnorm(0.1) |> sgd(rate = 0.1) of W_P, b_K; train momentum(rate = 0.1);"))
        .get(0), new VectorKernels(), 7);
    Trained plain = new Trained(SampleModelTest.simplified("g.nn", text.formatted("train adam(rate = 0.01) of W_H, b_P; train clipnorm(0.1) |> sgd(rate = 0.1) of W_P, b_K; train momentum(rate = 0.1);"))
        .get(0), new EjmlKernels(), 7);
    assertTrue(fused.text().contains("on each part of the gradient as soon as it is computed"), "an update is fused");
    for (int step = 0; step < 2; step++) {
      fused.step("step", step);
      plain.step("step", step);
      assertArrayEquals(plain.parameters(), fused.parameters(), 1e-10);
    }
  }

  @Test
  void filesHoldTheStatesOfEachGroupOnly(@TempDir Path folder) {
    String train = "train adam(rate = 0.1) of W_H; train momentum(rate = 0.1) of b_H, W_P; train sgd(rate = 0.1);";
    Program<Phase.Simplified> model = SampleModelTest.simplified("g.nn", MODEL.formatted("", train)).get(0);
    Set<String> states = model.updates().stream().flatMap(update -> update.states().stream()).map(Program.State::name).collect(Collectors.toSet());
    assertEquals(Set.of("W_H.mo", "W_H.s", "b_H.mo", "W_P.mo"), states);
    Trained one = trained("", train, new EjmlKernels());
    one.step("step", 0);
    Path file = folder.resolve("g.safetensors");
    one.instance().call("save", file);
    Trained other = trained("", train, new PlainKernels());
    other.instance().call("initialize", 99L);
    other.instance().call("load", file);
    for (int step = 1; step < 3; step++) {
      one.step("step", step);
      other.step("step", step);
      assertArrayEquals(one.parameters(), other.parameters(), 1e-13);
    }
    one.instance().call("initialize", 7L);
    Trained fresh = trained("", train, new EjmlKernels());
    one.step("step", 5);
    fresh.step("step", 5);
    assertArrayEquals(fresh.parameters(), one.parameters(), 0, "initialize clears all states");
  }

  @Test
  void namesOfRoundsAreNames() {
    Program<Phase.Simplified> model = SampleModelTest.simplified("g.nn",
        "model G { input X[3]; target Y[3]; H = X; repeat 2 { H = dense(H, 3, tanh); } minimize J = mean(squared(H, Y)); train sgd(rate = 0.1) of W_H_1, b_H_1; train adam(rate = 0.1); }").get(0);
    assertEquals(List.of(List.of("W_H_1", "b_H_1"), List.of("W_H_2", "b_H_2")), model.updates().stream().map(Program.Update::parameters).toList());
    assertFalse(model.updates().get(1).states().isEmpty());
    Agreement agreement = new Agreement(model, 2);
    agreement.check(3, 1);
    Steps.agree(model, agreement.generated());
  }
}
