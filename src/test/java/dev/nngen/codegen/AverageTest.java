package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nngen.Slow;
import dev.nngen.plan.Planner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Averages of weights: a class keeps what a loop over its parameters computes, in files too, and predicts with it on request. */
@Slow
class AverageTest {

  private static final double DECAY = 0.8;

  private static GeneratedClass type(String train) {
    return GeneratedClass.compile(JavaEmitter.emit(Planner.plan(SampleModelTest.simplified("net.nn",
        "model Net { input X[3]; target Y[2]; P = dense(X, 2) |> tanh; minimize J = mean(squared(P, Y)); " + train + " }").get(0)), Agreement.OPTIONS));
  }

  private static double[] parameters(GeneratedClass.Instance net) {
    double[] all = new double[8];
    net.call("getParameters", all, 0);
    return all;
  }

  @Test
  void predictionsUseTheAverage(@TempDir Path folder) {
    GeneratedClass type = type("train adam(rate = 0.1) |> lookahead(3) |> ema(0.8);");
    GeneratedClass.Instance net = type.create(4);
    net.call("initialize", 5L);
    assertThrows(IllegalStateException.class, () -> net.call("useAverage"));
    SplittableRandom random = new SplittableRandom(2);
    double[] total = new double[8];
    for (int t = 1; t <= 20; t++) {
      net.call("step", DMatrixRMaj.wrap(3, 4, random.doubles(12, -1, 1).toArray()), DMatrixRMaj.wrap(2, 4, random.doubles(8, -1, 1).toArray()));
      double[] now = parameters(net);
      Arrays.setAll(total, k -> DECAY * total[k] + (1 - DECAY) * now[k]);
    }
    double[] expected = Arrays.stream(total).map(entry -> entry / (1 - Math.pow(DECAY, 20))).toArray();
    double[] kept = parameters(net);
    net.call("save", folder.resolve("net.safetensors"));
    net.call("useAverage");
    assertArrayEquals(expected, parameters(net), 1e-12);
    GeneratedClass.Instance loaded = type.create(4);
    loaded.call("load", folder.resolve("net.safetensors"));
    assertArrayEquals(kept, parameters(loaded));
    loaded.call("useAverage");
    assertArrayEquals(parameters(net), parameters(loaded));
  }

  /** Parameters of another group stay as they are. */
  @Test
  void onlyParametersWithAnAverageChange() {
    GeneratedClass.Instance net = type("train sgd(rate = 0.1) of b_P; train sgd(rate = 0.2) |> ema(0.5);").create(4);
    net.call("initialize", 5L);
    for (int t = 0; t < 2; t++) {
      net.call("step", DMatrixRMaj.wrap(3, 1, new double[] {1, 2, 3}), DMatrixRMaj.wrap(2, 1, new double[] {1, -1}));
    }
    double[] before = parameters(net);
    net.call("useAverage");
    double[] after = parameters(net);
    assertArrayEquals(Arrays.copyOfRange(before, 6, 8), Arrays.copyOfRange(after, 6, 8));
    assertThrows(AssertionError.class, () -> assertArrayEquals(before, after));
  }
}
