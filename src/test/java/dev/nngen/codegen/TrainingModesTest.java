package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Planner;
import dev.nngen.plan.EntryPoint;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated classes of models that compute in training something else than in predictions agree with the interpreter. */
@Slow
class TrainingModesTest {

  static Stream<String> models() {
    return Stream.of(
        "input X[3]; target Y[2]; H = tanh(dense(X, 5)); D = training(H .* H, 0.5 * H); P = dense(D, 2) |> softmax; minimize J = mean(crossentropy(P, Y)) + training(l2(0.1), 0); train adam(rate = 1e-2);",
        "input X[3]; target Y[2]; H = dense(X, 4) |> tanh; P = dense(training(H, H), 2); minimize J = mean(squared(P, Y));",
        "samples rows; input Q[m, 4, 3]; param W[3, 2]; A = Q * W; B[y, x: 2, o] = training(A[y, o] * x, A[3 - y, o]) * where(x == 0, 1, 2); minimize J = mean(B.^2);",
        "input X[4]; target Y[1]; A = dense(X, 3); P = training(colsum(A) / 3, 0); minimize J = mean((P - Y).^2); output A;",
        "input X[2]; target Y[2]; P = training(Y, dense(X, 2)) + dense(X, 2); minimize J = mean(squared(P, Y)); train sgd(rate = 0.1);",
        "input X[2, 3, m]; target Y[2, 3, m]; A = conv1d(X, 2, 3, padding = 1); P = A * training(2, 1); minimize J = mean((P - Y).^2); train momentum(rate = 0.1, beta = 0.9);",
        "input X[3, 4, m]; target Y[2]; param W[2, 3]; param U[2, 2]; over t { start H = 0; H = tanh(W * X[:, t] + U * training(prev(H), 0.5 * prev(H))); G = 2 * H; } P = last(G); minimize J = mean(squared(P, Y)); train sgd(rate = 0.1);",
        "input X[3, 4, m]; target Y[2]; K = training(2 * X, X); over t { start H = 0; start N = 0; H = dense(concat(K[:, t], prev(N)), 2, tanh); N = H - prev(H); M = dense(X[:, t], 2); } P = last(N) + last(M); minimize J = mean(squared(P, Y));",
        "input X[3]; input Z[2]; param A[3, 2]; param B[1, 3]; F = training(A * Z, tanh(A * Z)); S = sigmoid(B * F); R = sigmoid(B * X); minimize D = -mean(log(R) + log(1 - S)) of B; minimize G = -mean(log(S)); output F, S; train sgd(rate = 0.1);");
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatedClassesAgreeWithTheInterpreter(String statements) {
    ModelChecks.classesAgree(statements);
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreSlopesOfTheLossInTraining(String statements) {
    ModelChecks.gradientsAreSlopes(statements);
  }

  @Test
  void programsShareWhatTheyShare() {
    List<Kernel> kernels = Planner.plan(SampleModelTest.simplified("t.nn", "model T { " + models().findFirst().orElseThrow() + " }").get(0)).kernels();
    List<String> shared = kernels.stream().filter(kernel -> kernel.programs().containsAll(Set.of(EntryPoint.PREDICT, EntryPoint.LOSS, EntryPoint.GRADIENTS))).map(Kernel::name).toList();
    assertEquals(List.of("forwardH"), shared);
    assertTrue(kernels.stream().noneMatch(kernel -> kernel.name().contains("predict_") && kernel.programs().contains(EntryPoint.GRADIENTS)));
  }
}
