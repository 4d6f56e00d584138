package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Planner;
import dev.nngen.plan.WorkPartition;
import dev.nngen.plan.WorkPartitions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that are divided among threads compute what the interpreter computes, whatever is divided and however small. */
@Slow
class WorkPartitionTest {

  private static final int[] BATCHES = {37, 1, 3, 64, 16};

  private static final List<String> LAYERS = List.of(
      "H = dense(X, 150) |> tanh; P = dense(H, 20) |> softmax;",
      "H = dense(X, 30) |> relu; G = dense(H, 140) |> sigmoid; P = dense(G, 20) |> softmax;",
      "param A[20, 50] = glorot; param B[50, 20] = glorot; P = where(SIDE, 1, 0) .* PRODUCT;");

  static Stream<Arguments> networks() {
    return Stream.of("rows", "columns").flatMap(samples -> Stream.of("f64", "f32")
        .flatMap(precision -> LAYERS.stream().map(layers -> Arguments.of(samples, precision, layers))));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("networks")
  void networksAgreeWithTheInterpreter(String samples, String precision, String layers) {
    String body = layers.replace("SIDE", samples.equals("rows") ? "X * B >= 0" : "A * X >= 0")
        .replace("PRODUCT", samples.equals("rows") ? "(X * B)" : "(A * X)");
    Program<? extends Phase.Differentiated> model = SampleModelTest.simplified("d.nn", "precision " + precision + "; model D { samples " + samples + "; input X[50]; target Y[20]; "
        + body + " minimize J = mean(squared(P, Y)) + l2(0.1); }").get(0);
    for (Agreement agreement : Agreement.of(DividedKernels.ALL, model, Agreement.drawn(model, new Random(3)))) {
      for (int threads : new int[] {1, 2, 5}) {
        agreement.checkThreads(threads, BATCHES);
      }
    }
  }

  /** Models of tensors and recurrences, by turns in both precisions and sets. */
  static Stream<Arguments> tensors() {
    List<String> models = Stream.concat(TensorModelsTest.models(), RecurrencesTest.models()).toList();
    return IntStream.range(0, models.size()).mapToObj(k -> Arguments.of(k % 2 == 0 ? "f64" : "f32", DividedKernels.ALL.get((k + k / 2) % 2), models.get(k)));
  }

  /** Convolutions, attention and recurrences, with more threads than many of their axes have entries. */
  @ParameterizedTest
  @MethodSource("tensors")
  void tensorsAgreeWithTheInterpreter(String precision, KernelSet kernels, String statements) {
    Program<? extends Phase.Differentiated> model = SampleModelTest.simplified("t.nn", "model T { precision " + precision + "; " + statements + " }").get(0);
    Agreement.of(List.of(kernels), model, m -> ModelChecks.points(model, m)).forEach(agreement -> {
      agreement.checkThreads(2, 37, 1);
      agreement.checkThreads(3, 37, 5);
    });
  }

  /** More threads than there are vectors along the divided axes, whose lengths are no multiples of a vector's: some parts are empty. */
  @ParameterizedTest
  @ValueSource(strings = {"samples rows; input Wave[m, 6, 9]; param G[9, 28]; param R[28, 28]; over k { start S = 0; S = tanh(Wave[k, :] * G + prev(S) * R); } P = dense(S[end, :], 12); minimize loss = mean(P.^2);",
      "input Board[2, 7, 5, m]; param F[11, 2, 3, 3]; C[o, y: 7, x: 5] = sum[c, i, j] F[o, c, i, j] * pad(Board)[c, y + i - 1, x + j - 2]; D = tanh(C); Q[o, y] = mean[x] D[o, y, x] * D[o, y, 2]; minimize loss = mean(Q.^2) + mean(D);",
      "samples rows; input X[28]; H = dense(X, 44, tanh); P = dense(H, 12) |> softmax; minimize loss = mean(rowsum(P.^3));"})
  void partsMayBeEmpty(String statements) {
    Program<? extends Phase.Differentiated> model = SampleModelTest.simplified("t.nn", "model T { " + statements + " }").get(0);
    Agreement.of(DividedKernels.ALL, model, m -> ModelChecks.points(model, m)).forEach(agreement -> agreement.checkThreads(11, 28, 1, 16));
  }

  @Test
  void randomModelsAgreeWithTheInterpreter() {
    int divided = 0;
    for (long seed = 0; seed < 60; seed++) {
      Program<? extends Phase.Differentiated> model = RandomModels.next(seed, 8 + (int) (seed % 17));
      List<KernelSet> divisible = DividedKernels.ALL.stream().filter(kernels -> isDivided(kernels, kernels.plan(model))).toList();
      if (!divisible.isEmpty()) {
        Agreement.of(divisible, model, Agreement.drawn(model, new Random(seed))).forEach(agreement -> agreement.checkThreads(3, 37, 1, 3));
        divided += divisible.size();
      }
    }
    assertTrue(divided > 60, divided + " classes had divided kernels");
  }

  private static boolean isDivided(KernelSet kernels, Plan unadapted) {
    Plan plan = kernels.adapt(unadapted);
    return kernels.divisions(plan, kernels.fusedUpdates(plan)).areUsed();
  }

  /** A layer's backward pass sums values of its forward pass over samples; both are divided by units, so no sum is divided. */
  @Test
  void sumsAreNotDivided() {
    Program<? extends Phase.Differentiated> model = SampleModelTest.simplified("s.nn", "model S { samples rows; input X[200]; target Y[200]; H = dense(X, 300) |> relu;"
        + " P = dense(H, 200); minimize J = mean(squared(P, Y)); }").get(0);
    Plan plan = Planner.plan(model);
    WorkPartitions divisions = new PlainKernels().divisions(plan, Map.of());
    List<String> loops = plan.kernels().stream().filter(divisions.kernels()::containsKey)
        .map(kernel -> kernel.name() + " " + divisions.kernels().get(kernel).loops()).toList();
    int units = WorkPartition.COLUMNS;
    assertTrue(loops.contains("forwardH [[" + units + "], [" + units + "]]"), loops.toString());
    assertTrue(loops.contains("backwardZ_H [[" + units + "], [" + units + "]]"), loops.toString());
  }

  /** Each of the many steps of a transformer's kernels can be divided in several ways, which do not suit each other. */
  @Test
  void manyStepsAreDividedInSeconds() {
    Program<? extends Phase.Differentiated> model = SampleModelTest.simplified("t.nn", "model T { samples rows; input X[m, 64, 32]; H = X; repeat 3 { H = transformer(H, heads = 4, hidden = 64, "
        + "mix = causalattention); } minimize J = mean(layernorm(H).^3); }").get(0);
    Plan plan = Planner.plan(model);
    assertTimeoutPreemptively(Duration.ofMinutes(1), () -> new PlainKernels().divisions(plan, Map.of()));
  }
}
