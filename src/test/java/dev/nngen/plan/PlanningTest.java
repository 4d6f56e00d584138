package dev.nngen.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fusion, and the order of kernels. */
class PlanningTest {

  private static final String DEEP = """
      model Deep {
        input X[3]; target Y[3];
        A = dense(X, 3, tanh); B = dense(A, 3, tanh); C = dense(B, 3, tanh);
        minimize J = mean(squared(C, Y));
        output C;
      }
      """;

  private static List<Step> steps(Plan plan) {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).toList();
  }

  @Test
  void entrywiseStatementsOverTheSameLoopsAreOneNest() {
    Plan plan = Plans.of("model E { input X[3]; A = tanh(X); B = A .* X; C = exp(B) + A; output C; }");
    assertEquals(1, steps(plan).size());
    LoopNest nest = (LoopNest) steps(plan).get(0);
    assertTrue(nest.flat());
    assertEquals(List.of("C"), nest.effects().stream().map(effect -> effect.to().name()).toList(), "only the output is stored");
  }

  @Test
  void aSumEndsANestWhereItsResultIsNeeded() {
    Plan plan = Plans.of("model E { input X[3]; S = colsum(X); P = X ./ (1 + S .^ 2); output P; }");
    LoopNest first = (LoopNest) steps(plan).get(0);
    assertEquals(List.of(LoopNest.Reduce.class), first.effects().stream().map(Object::getClass).toList());
    assertTrue(steps(plan).size() > 1);
  }

  @Test
  void everyValueIsComputedBeforeItIsRead() {
    Plan plan = Plans.of(DEEP);
    Set<Tensor> known = new HashSet<>(plan.arguments());
    known.addAll(plan.parameters());
    for (Step step : steps(plan)) {
      Set<Tensor> reads = new HashSet<>(Accesses.reads(step));
      reads.removeAll(Accesses.writes(step));
      assertTrue(known.containsAll(reads), () -> "not computed yet: " + reads);
      known.addAll(Accesses.writes(step));
    }
  }

  @Test
  void predictionComesFirstAndGradientsOfTheLastLayersBeforeThoseOfTheFirst() {
    Plan plan = Plans.of(DEEP);
    List<Kernel> kernels = plan.kernels();
    int prediction = plan.kernels(EntryPoint.PREDICT).size();
    assertEquals(plan.kernels(EntryPoint.PREDICT), kernels.subList(0, prediction));
    List<Tensor> gradients = new ArrayList<>();
    steps(plan).forEach(step -> Accesses.writes(step).stream().filter(tensor -> tensor.kind() == Tensor.Kind.GRADIENT).forEach(gradients::add));
    List<String> names = gradients.stream().map(Tensor::name).filter(name -> name.startsWith("dW")).distinct().toList();
    assertEquals(List.of("dW_C", "dW_B", "dW_A"), names);
  }
}
