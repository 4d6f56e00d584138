package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nngen.Slow;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Planner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops that are split where conditions on their counters change: classes compute what the interpreter does. */
@Slow
class IndexSetSplittingTest {

  @ParameterizedTest
  @ValueSource(strings = {
      "samples rows; input X[m, 40]; param w[40]; A[t] = tanh(X[t] * w[t]); P[t: 40] = pad(A)[t - 1] - 2 * A[t] + pad(A, 0.5)[t + 3]; minimize J = mean(P.^4);",
      "samples rows; input X[m, 6, 37]; param w[37]; A[s, t] = tanh(X[s, t] * w[t]); P[s, t: 37] = A[s, t]^2 * pad(A)[s, 2*t - 9] - pad(A)[s, 30 - t]; minimize J = mean((P - X).^2);",
      "samples rows; input X[m, 24]; param w[24]; P[t] = where(floor(t / 5) >= 2, exp(X[t]) * w[t], 0) + where(t == 17, X[t]^3, w[t]) + where(2*t > 30, X[t], -w[t]); minimize J = mean(P.^2);",
      "input X[20, m]; A = dense(X, 9, tanh); B = dense(X, 12, sigmoid); C = concat(concat(A, X), B); P[i] = C[i]^2 + where(i < 23, C[i], 1 / (2 + C[i])); minimize J = mean(P.^2);",
      "samples rows; input X[m, 18, 6]; P = causalattention(X, 2); minimize J = mean(P.^2);",
      "input X[6, 18, m]; P = causalattention(X, 2); Q[i, t] = P[i, t] * where(t == 3 * i, 2, 1); minimize J = mean(Q.^2);",
      "samples rows; input X[m, 5, 3]; P = lstm(X, 9); minimize J = mean(P.^2);",
      "input X[3, 5, m]; P = lstm(X, 9); minimize J = mean(P.^2);"})
  void classesAgree(String statements) {
    Plan plan = Planner.plan(SampleModelTest.simplified("t.nn", "model T { " + statements + " }").get(0));
    for (KernelSet kernels : List.of(new PlainKernels(), new VectorKernels())) {
      assertNotEquals(LoopListing.print(plan, kernels, Optional.of("StridedProducts")), LoopListing.print(plan, kernels, Optional.of("IndexSetSplitting")));
    }
    ModelChecks.classesAgree(statements);
  }
}
