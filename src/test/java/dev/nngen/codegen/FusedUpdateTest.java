package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Planner;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that change parameters block by block while they compute gradients, against those of another set of kernels. */
@Slow
class FusedUpdateTest {

  @ParameterizedTest
  @CsvSource({"rows, sgd(0.01), 2", "rows, adam(0.001), 2", "columns, momentum(0.01), 2", "columns, adamw(0.001), 2",
      "rows, clipnorm(0.5) |> sgd(0.01), 0"})
  void stepsAgree(String samples, String optimizer, int fused) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("wide.nn", WideModel.text("Wide", samples, optimizer)).get(0);
    assertEquals(fused, FusedUpdates.find(Planner.plan(model), update -> update instanceof FusedUpdates.OfProduct of && FusedUpdates.isLarge(of.epilogue().product().to(), false)).size(), "updates that are fused");
    assertArrayEquals(train(model, new EjmlKernels(), samples), train(model, new VectorKernels(), samples), 1e-9);
  }

  private static double[] train(Program<Phase.Simplified> model, KernelSet kernels, String samples) {
    Agreement agreement = new Agreement(model, 1, kernels);
    GeneratedClass.Instance instance = agreement.generated().create(37);
    instance.call("initialize", 5L);
    Random random = new Random(7);
    double[] parameters = new double[WideModel.PARAMETERS];
    for (int m : new int[] {37, 1, 20}) {
      instance.call("step", WideModel.draw(samples, 301, m, random), WideModel.draw(samples, 5, m, random));
    }
    instance.call("getParameters", parameters, 0);
    return parameters;
  }
}
