package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.PreciseInterpreter;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each identity of {@link ExponentShifts}, {@link ExponentialQuotients} and {@link LogarithmForms}, far out: the form that the user wrote overflows or cancels there, and the one that is written does not. */
class StableFormsTest {

  private static final double[] FAR = {800, -800, 0.5, 3, -3, 40, -40, 0, 700};

  private static Map<String, double[]> point() {
    Map<String, double[]> leaves = new HashMap<>(Meant.point(1));
    leaves.put("X", FAR);
    return leaves;
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "log(1 + exp(X))", "log(2 + 3 * exp(X))", "log(1 + exp(-3 * X))", "log(1/4 + exp(2 * X)) / 2", "log(U .* exp(X))",
      "log(exp(X) ./ (1 + exp(X)))", "Y .* log(1 + exp(X)) - log(1 + exp(-X))",
      "log(colsum(exp(X)))", "log(colsum(exp(2 * X)))", "log(rowsum(exp(X)))", "X - log(colsum(exp(X)))",
      "log(exp(X) ./ colsum(exp(X)))", "exp(X) ./ colsum(exp(X))", "exp(2 * X) ./ colsum(exp(2 * X))", "exp(X) ./ rowsum(exp(X))",
      "exp(X) ./ (1 + exp(X))", "exp(2 * X) ./ (1 + exp(2 * X))", "1 - exp(X) ./ (1 + exp(X))",
      "(exp(X) - exp(-X)) ./ (exp(X) + exp(-X))", "grad(sum(log(1 + exp(X))), X)", "grad(sum(log(colsum(exp(X)))), X)", "exp(X) .* exp(-X)",
      "exp(X) ./ exp(X - 1)", "(1 - exp(X)) ./ (1 + exp(X))"})
  void keepTheirDigitsWhereTheUsersLosesThem(String expression) {
    Meant model = Meant.of("A = " + expression + ";");
    Graph simple = Simplifier.simplify(model.program()).graph();
    BigDecimal[] truth = new PreciseInterpreter(model.graph(), point(), Meant.EXTENTS).value("A");
    double[] naive = new Interpreter(model.graph(), point(), Meant.EXTENTS).value("A");
    double[] stable = new Interpreter(simple, point(), Meant.EXTENTS).value("A");
    assertTrue(IntStream.range(0, naive.length).anyMatch(k -> !(error(naive[k], truth[k]) < 1e-9)), "the user's form is no worse");
    for (int k = 0; k < truth.length; k++) {
      assertEquals(0, error(stable[k], truth[k]), 4e-15, expression + "[" + k + "] = " + truth[k].doubleValue() + ", not " + stable[k]);
    }
  }

  /** Relative to what is larger, the true value or one. */
  private static double error(double actual, BigDecimal truth) {
    return Math.abs(actual - truth.doubleValue()) / Math.max(1, Math.abs(truth.doubleValue()));
  }
}
