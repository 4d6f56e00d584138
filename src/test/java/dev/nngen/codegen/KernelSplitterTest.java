package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Planner;
import dev.nngen.plan.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Methods of {@code vector} are short enough for HotSpot, and compute what one method for each kernel would. */
class KernelSplitterTest {

  private static final String LAYERS = "model Net { input X[2, 6, 6, m]; target Y[4]; A = conv2d(X, 3, 3, padding = 1) |> batchnorm |> relu;"
      + " B = conv2d(A, 3, 3, padding = 1) |> batchnorm |> relu; C = maxpool2d(B, 2); D = conv2d(C, 4, 3, padding = 1) |> batchnorm |> relu; P = globalavgpool(D);"
      + " minimize J = mean(squared(P, Y)); train momentum(rate = 0.1); }";
  private static final Plan WHOLE = Planner.plan(SampleModelTest.simplified("net.nn", LAYERS).get(0));
  private static final Plan SPLIT = KernelSplitter.split(WHOLE);

  @Test
  void stepsAreTheSameInTheSameOrder() {
    assertEquals(WHOLE.kernels().stream().flatMap(kernel -> kernel.steps().stream()).toList(), SPLIT.kernels().stream().flatMap(kernel -> kernel.steps().stream()).toList());
    assertEquals(WHOLE.kernels().stream().flatMap(kernel -> kernel.values().stream()).toList().size(), SPLIT.kernels().stream().flatMap(kernel -> kernel.values().stream()).toList().size());
    assertTrue(SPLIT.kernels().size() > WHOLE.kernels().size());
  }

  @Test
  void eachMethodHasItsName() {
    List<String> names = SPLIT.kernels().stream().map(Kernel::name).toList();
    assertEquals(names.size(), Set.copyOf(names).size());
    assertTrue(names.containsAll(WHOLE.kernels().stream().map(Kernel::name).toList()));
  }

  /** Locals of a method are numbers that no other method uses. */
  @Test
  void numbersStayWithWhatReadsThem() {
    Set<Tensor> locals = new HashSet<>();
    for (Kernel kernel : SPLIT.kernels()) {
      kernel.steps().stream().flatMap(step -> Stream.concat(Accesses.reads(step).stream(), Accesses.writes(step).stream()))
          .forEach(tensor -> assertTrue(kernel.locals().contains(tensor) || !locals.contains(tensor), tensor.name()));
      locals.addAll(kernel.locals());
    }
  }
}
