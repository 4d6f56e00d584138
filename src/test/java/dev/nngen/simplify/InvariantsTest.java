package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.random.RandomTexts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is promised of every model: the loss with its gradients takes no more operations than the chain rule's form of it, unless that
 * is less exact, keeps as many digits, and grows linearly with the model. {@code -Dnngen.seeds=2000} looks at more random models.
 */
@Slow
class InvariantsTest {

  private static final int SEEDS = Integer.getInteger("nngen.seeds", 24);

  /** Beginnings of forms that cost more than the chain rule's where that keeps its digits at the points of this test, with the reason. */
  private static final Map<String, String> COSTLIER = Map.of(
      "A = gelutanh(Z)", "Z^2 .* (1 - tanh(..)^2) is infinity times 0 from 1e154 on, unless factors are multiplied one by one",
      "A = 1 ./ (1 + selu(Z))", "exp(Z) keeps the digits that expm1(Z) + 1 has lost far left of 0",
      "A = -where(Y > Z, rowmin(Z), log(1 - sigmoid", "a logarithm of a sigmoid is written by log1p, however small the argument is");

  /** Beginnings of forms that lose digits of the chain rule's, with the reason. */
  private static final Map<String, String> LESS_EXACT = Map.of(
      "D = exp(Z); A = exp(-D)", "exp(Z - D) is exact to ulps of Z - D; exp(-D) .* D is 0 times infinity from 710 on",
      "A = exp(-(Y - Z).^2 .* exp(-2 * V * Z)", "exponents are joined and shifted, since the quotient of exponentials is 0 / 0 far out");

  /** Seeds of random models that lose digits of the chain rule's. */
  private static final Map<Integer, String> LESS_EXACT_SEEDS = Map.of(
      8, "P .* (dP - colsum(dP .* P)) for a shifted softmax: the chain rule subtracts the sum once more at the maximum, which compensates its error");

  static Stream<String> forms() throws IOException {
    return FormsTest.cases().stream().map(FormsTest.Case::statements).filter(statements -> statements.contains("minimize"));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void ofForms(String statements) {
    assertEquals("", fault(FormsTest.program(statements), isListed(COSTLIER, statements), isListed(LESS_EXACT, statements)));
  }

  private static boolean isListed(Map<String, String> exceptions, String statements) {
    return exceptions.keySet().stream().anyMatch(statements::startsWith);
  }

  @Test
  void ofRandomModels() {
    List<String> faults = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      String fault = fault(Autodiff.differentiate(Lowering.lower(ModelText.model(RandomTexts.next(seed)))), false, LESS_EXACT_SEEDS.containsKey(seed));
      if (!fault.isEmpty()) {
        faults.add("seed " + seed + ": " + fault);
      }
    }
    assertEquals("", String.join("\n", faults));
  }

  private static String fault(Program<? extends Phase.Differentiated> program, boolean isCostlier, boolean isLessExact) {
    Program<? extends Phase.Differentiated> simple = Simplifier.simplify(program);
    assertEquals(List.of(), simple.graph().rewrites().rejected());
    FormErrors errors = new FormErrors(program);
    List<AdversarialPoints.Point> points = AdversarialPoints.of(program, 1);
    double ratio = OperationCount.of(simple) / OperationCount.of(program);
    boolean isFree = isCostlier || ratio <= 1
        || points.stream().anyMatch(point -> !errors.losses(program.graph(), simple.graph(), point).isEmpty());
    List<FormErrors.Loss> losses = isLessExact ? List.of()
        : points.stream().flatMap(point -> errors.losses(simple.graph(), program.graph(), point).stream()).toList();
    return (isFree ? "" : "costs " + ratio + " times the chain rule ") + losses.stream().limit(2).map(FormErrors.Loss::toString).collect(Collectors.joining(" "));
  }

  /** The operations of a model with n parts: each part costs as much as the one before, but for a few at the ends. */
  @ParameterizedTest
  @CsvSource({"chain", "polynomial", "blocks", "lstm", "dense"})
  void growsLinearly(String kind) {
    IntFunction<String> text = n -> switch (kind) {
      case "chain" -> "A0 = W * X;  " + join(n, "A%2$d = tanh(A%1$d + b);  ") + "minimize J = mean(A" + n + " .^ 2);";
      case "polynomial" -> "Z = W * X;  A = " + IntStream.rangeClosed(1, n).mapToObj(k -> "Z .^ " + k + " / " + (k + 1)).collect(Collectors.joining(" + "))
          + ";  minimize J = mean(A .^ 2);";
      case "blocks" -> "A0 = W * X;  " + join(n, "A%2$d = A%1$d + linear(standardize(A%1$d), 4);  ") + "minimize J = mean(A" + n + " .^ 2);";
      case "dense" -> "A0 = X;  " + join(n, "A%2$d = dense(A%1$d, 4, sigmoid);  ") + "minimize J = mean(logloss(A" + n + ", Y));";
      default -> "H0 = 0 * X;  C0 = 0 * X;  " + join(n, "C%2$d = sigmoid(W * X + U * H%1$d + b) .* C%1$d + sigmoid(V * X + W * H%1$d) .* tanh(U * X + V * H%1$d);  "
          + "H%2$d = sigmoid(W * X + V * H%1$d) .* tanh(C%2$d);  ") + "minimize J = mean((H" + n + " - Y) .^ 2);";
    };
    double first = operations(text.apply(8)) - operations(text.apply(4));
    double second = operations(text.apply(12)) - operations(text.apply(8));
    assertTrue(second <= 1.2 * first, "4 parts cost " + first + ", 4 more " + second);
  }

  private static String join(int n, String statement) {
    return IntStream.rangeClosed(1, n).mapToObj(k -> statement.formatted(k - 1, k)).collect(Collectors.joining());
  }

  private static double operations(String statements) {
    Program<? extends Phase.Differentiated> program = Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model M { input X[4];  target Y[4];  param W[4, 4];  param V[4, 4];  param U[4, 4];  param b[4];  %s }
        """.formatted(statements))));
    return OperationCount.of(Simplifier.simplify(program));
  }
}
