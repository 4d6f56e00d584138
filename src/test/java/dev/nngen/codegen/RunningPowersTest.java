package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Powers that are kept from step to step: as {@code Math.pow} has them, and the same bits when training is resumed. */
@Slow
class RunningPowersTest {

  private static final int STEPS = 200;
  private static final Program<Phase.Simplified> MODEL = SampleModelTest.simplified("p.nn", "model Kept { samples rows; input X[3]; target Y[2];"
      + " H = dense(X, 5) |> tanh; P = dense(H, 2); minimize J = mean(squared(P, Y)); train adam(rate = 1e-2); }").get(0);

  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 65, 130})
  void resumedTrainingGivesTheSameBits(int interruption) {
    for (KernelSet kernels : KernelSets.ALL) {
      GeneratedClass type = compile(kernels);
      GeneratedClass.Instance straight = train(started(type), STEPS);
      GeneratedClass.Instance interrupted = train(started(type), interruption);
      Path file = folder.resolve("kept.safetensors");
      interrupted.call("save", file);
      GeneratedClass.Instance resumed = type.create(4);
      resumed.call("load", file);
      assertArrayEquals(parameters(straight), parameters(train(resumed, STEPS - interruption)), kernels.name());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65, 300})
  void stepsAreThoseOfPowersByMath(int steps) {
    double[] expected = parameters(train(started(compile(new EjmlKernels())), steps));
    for (KernelSet kernels : new KernelSet[] {new PlainKernels(), new VectorKernels()}) {
      assertTrue(text(kernels).text().contains("powers[1].at(t)"), text(kernels).text());
      assertArrayEquals(expected, parameters(train(started(compile(kernels)), steps)), 1e-9, kernels.name());
    }
  }

  private static JavaText text(KernelSet kernels) {
    return JavaEmitter.emit(kernels.plan(MODEL), Agreement.options(kernels));
  }

  private static GeneratedClass compile(KernelSet kernels) {
    return GeneratedClass.compile(text(kernels));
  }

  private static GeneratedClass.Instance started(GeneratedClass type) {
    GeneratedClass.Instance instance = type.create(4);
    instance.call("initialize", 5L);
    return instance;
  }

  private static GeneratedClass.Instance train(GeneratedClass.Instance instance, int steps) {
    for (int k = 0; k < steps; k++) {
      instance.call("step", EntryPointTest.random(4, 3, 1), EntryPointTest.random(4, 2, 2));
    }
    return instance;
  }

  private static double[] parameters(GeneratedClass.Instance instance) {
    double[] flat = new double[5 * 3 + 5 + 5 * 2 + 2];
    instance.call("getParameters", flat, 0);
    return flat;
  }
}
