package dev.nngen.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.DataOptions;
import dev.nngen.train.data.ScalingChoice;
import dev.nngen.train.data.SplitOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training that is interrupted again and again goes on to the same bits. */
@Slow
class ResumeTest {

  private static final Path SAMPLES = Path.of("generated-samples");

  private static final Trainer.Listener NOBODY = new Trainer.Listener() {
    @Override
    public void batch(int epoch, int done, int batches, List<Double> meanLosses) {}

    @Override
    public void epoch(History.Epoch epoch) {}
  };

  @TempDir
  private Path folder;

  /** Models whose steps change more than parameters. */
  static List<String> models() {
    return List.of("H = dense(X, 6) |> batchnorm |> relu; P = dense(H, 3) |> softmax;",
        "noise E[4] = normal(0.1); A = training(X + E, X); H = dense(A, 8, relu) |> dropout(0.3); P = dense(H, 3) |> softmax;");
  }

  private static Training training(TrainOptions options) throws DataException, IOException {
    Path file = SAMPLES.resolve("iris/iris.nn");
    return training(Files.readString(file), options);
  }

  private static Training training(String text, TrainOptions options) throws DataException {
    Compiler compiler = new Compiler(Options.DEFAULT, SourceLoader.NONE);
    CompiledModel model = compiler.derive(new Source("iris.nn", text), new Diagnostics()).get(0);
    SplitOptions split = new SplitOptions(List.of(SAMPLES.resolve("iris/iris.csv")), List.of(), 0.2, List.of(), 0, 3);
    return new Training(model, compiler.generate(model), split, DataOptions.defaults(), ScalingChoice.AUTO, options);
  }

  private static TrainOptions options(int batch, int patience, double clip, Optional<ClassWeights> weights) {
    return new TrainOptions(12, batch, 3, patience, clip, weights, 1, false);
  }

  /** Requests a stop at every n-th question. */
  private static BooleanSupplier every(int questions) {
    int[] asked = {0};
    return () -> ++asked[0] % questions == 0;
  }

  @Test
  void interruptedTrainingEndsInTheSameBits() throws Exception {
    for (TrainOptions options : List.of(options(16, 0, 0, Optional.empty()), options(120, 0, 0, Optional.empty()),
        options(16, 3, 0.5, Optional.of(ClassWeights.BALANCED)))) {
      check(Files.readString(SAMPLES.resolve("iris/iris.nn")), options);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void statesAndStepsGoOnFromCheckpoints(String statements) throws Exception {
    String text = "model Iris { input X[4]; target Y[3] where colsum(Y) == 1; " + statements + " minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.01); }";
    for (TrainOptions options : List.of(options(16, 0, 0, Optional.empty()), options(16, 0, 0.5, Optional.empty()))) {
      check(text, options);
    }
  }

  private void check(String text, TrainOptions options) throws Exception {
    byte[] weights;
    String history;
    try (Training whole = training(text, options)) {
      Training.Trained trained = whole.train(Optional.empty(), NOBODY, () -> false);
      weights = trained.progress().best();
      history = trained.progress().history().csv();
    }
    Path checkpoint = folder.resolve("checkpoint");
    Optional<Path> from = Optional.empty();
    int interruptions = 0;
    Progress.End end = Progress.End.INTERRUPTED;
    while (end == Progress.End.INTERRUPTED) {
      try (Training part = training(text, options)) {
        Training.Trained trained = part.train(from, NOBODY, every(options.batch() == 16 ? 12 : 3));
        end = trained.end();
        if (end == Progress.End.INTERRUPTED) {
          interruptions++;
          Files.write(checkpoint, part.checkpoint(trained.progress()));
          from = Optional.of(checkpoint);
        } else {
          assertArrayEquals(weights, trained.progress().best());
          assertEquals(history, trained.progress().history().csv());
        }
      }
    }
    assertTrue(interruptions >= 2, "interruptions: " + interruptions);
  }

  @Test
  void otherSettingsAreRefused() throws Exception {
    Path checkpoint = folder.resolve("checkpoint");
    try (Training part = training(options(16, 0, 0, Optional.empty()))) {
      Files.write(checkpoint, part.checkpoint(part.train(Optional.empty(), NOBODY, every(9)).progress()));
    }
    try (Training other = training(options(8, 0, 0, Optional.empty()))) {
      DataException fault = assertThrows(DataException.class, () -> other.train(Optional.of(checkpoint), NOBODY, () -> false));
      assertTrue(fault.getMessage().contains("the batch's size is 8 now, but was 16"), fault.getMessage());
    }
    Files.write(checkpoint, new byte[] {1, 2, 3});
    try (Training damaged = training(options(16, 0, 0, Optional.empty()))) {
      assertThrows(DataException.class, () -> damaged.train(Optional.of(checkpoint), NOBODY, () -> false));
    }
  }
}
