package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Planner;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that update only the entries of a table that a batch selects, against gradients and the update of all entries. */
@Slow
class SelectedEntriesTest {

  private static final int WORDS = 6_100;

  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "columns # sgd(0.1) # 1", "rows # sgd(0.1) # 1", "columns # adagrad(0.1) # 1", "columns # clipvalue(0.01) |> sgd(0.1) # 1",
      "columns # heavyball(0.1) # 0", "columns # rmsprop(0.01) # 0", "columns # adam(0.01) # 0", "columns # clipnorm(0.5) |> sgd(0.1) # 0", "columns # lion(0.01, decay = 0.1) # 0"})
  void bitsAreThoseOfTheWholeUpdate(String samples, String optimizer, int selected) {
    boolean rows = samples.equals("rows");
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model Table { " + (rows ? "samples rows; " : "") + "input word[3] of " + WORDS + "; target Y[" + (rows ? "m, " : "")
        + "2]; T = embedding(word, 5); P = dense(flatten(T), 2); minimize J = mean(squared(P, Y)); train " + optimizer + "; }").get(0);
    assertEquals(selected, FusedUpdates.find(Planner.plan(model), FusedUpdates.OfEntries.class::isInstance).size(), "updates of selected entries");
    Stream.concat(KernelSets.ALL.stream(), DividedKernels.ALL.stream()).forEach(kernels -> {
      GeneratedClass generated = new Agreement(model, 1, kernels).generated();
      assertArrayEquals(train(generated.create(9), rows, false), train(generated.create(9), rows, true), kernels.toString());
    });
  }

  /** A thread has a part of the units of each word, whose errors a product of the same kernel gives. */
  @ParameterizedTest
  @ValueSource(strings = {"columns", "rows"})
  void threadsUpdateEntriesOfTheirOwn(String samples) {
    boolean rows = samples.equals("rows");
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model Table { " + (rows ? "samples rows; " : "") + "input word[3] of " + WORDS + "; target Y[" + (rows ? "m, " : "")
        + "2]; T = embedding(word, 48); M[u] = mean[t] T[" + (rows ? "t, u" : "u, t") + "]; P = dense(M, 40, tanh) |> dense(2); minimize J = mean(squared(P, Y)); train sgd(0.1); }").get(0);
    DividedKernels.ALL.forEach(kernels -> {
      GeneratedClass generated = new Agreement(model, 1, kernels).generated();
      double[] one = train(generated.create(9, 1), rows, true);
      for (int threads : new int[] {2, 3, 5}) {
        assertArrayEquals(one, train(generated.create(9, threads), rows, true), kernels.name().equals("plain") ? 0 : 1e-12, kernels + " " + threads);
      }
      assertArrayEquals(train(generated.create(9, 1), rows, false), one, 1e-12, kernels.toString());
    });
  }

  /** Returns the parameters after some steps, whose batches have words several times; gradients are copied before the update of all entries. */
  private static double[] train(GeneratedClass.Instance instance, boolean rows, boolean atOnce) {
    instance.call("initialize", 5L);
    int count = instance.count("PARAMETER_COUNT");
    Random random = new Random(7);
    for (int m : new int[] {9, 1, 6, 9}) {
      int[] words = random.ints(3L * m, 0, 8).toArray();
      instance.call(atOnce ? "step" : "gradients", words, rows ? draw(m, 2, random) : draw(2, m, random));
      if (!atOnce) {
        double[] gradients = new double[count];
        instance.call("addGradients", gradients, 0);
        instance.call("applyGradients", gradients, 0);
      }
    }
    double[] parameters = new double[count];
    instance.call("getParameters", parameters, 0);
    return parameters;
  }

  private static DMatrixRMaj draw(int rows, int columns, Random random) {
    return new DMatrixRMaj(rows, columns, true, random.doubles((long) rows * columns).toArray());
  }
}
