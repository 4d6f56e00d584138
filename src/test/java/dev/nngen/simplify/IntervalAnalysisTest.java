package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds from nodes and normal forms together, which hold at random points too. */
class IntervalAnalysisTest {

  private static IntervalAnalysis analysis(Meant model) {
    return new IntervalAnalysis(model.graph(), model.program().facts());
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "W * X + b; (-inf, inf)", "min(max(X, 0.25), 0.75); [0.25, 0.75]", "max(X, Y); (-inf, inf)", "max(X, U); [1, inf)", "min(N, U); [-9, -1]",
      "where(X >= 0, X, 0); [0, inf)", "where(X > 0, X, 1); (0, inf)", "where(X >= 0, X, exp(X) - 1); (-1, inf)", "where(X < 0, X, 1 + X); (-inf, inf)",
      "where(X <= 0, X, -X); (-inf, 0]", "where(X >= -3, where(X <= 3, X / 6 + 1 / 2, 1), 0); [0, 1]", "where(X == U, X, 2); [1, 5]", "where(X == U, 7, X); (-inf, inf)",
      "where(W >= 0, W .* W', 1); (-inf, inf)", "abs(X); [0, inf)", "abs(N); [1, 9]", "abs(U - 2); [0, 3]", "log1p(X .^ 2); [0, inf)", "expm1(X); (-1, inf)", "floor(U / 2); [0, 2]",
      "X .* X; [0, inf)", "colsum(S); (0, 3)", "colsum(U); [3, 15]", "rowsum(S); (0, inf)", "sqrt(1 + X .^ 2); [1, inf)", "1 ./ sqrt(1 + X .^ 2); (0, 1]",
      "0.3 * S + 0.7 * S; (0, 1)", "1 - S; (0, 1)", "0.5 * (1 + tanh(X)); (0, 1)", "1 ./ (1 + exp(-(W * X + b))); (0, 1)",
      "exp(X) ./ colsum(exp(X)); (0, 1)", "colsum(exp(X) ./ colsum(exp(X)) .* S); (0, 1)", "colsum(C .* C); [0, inf)", "(exp(W) ./ rowsum(exp(W))) * S; (0, 1)", "(exp(W) ./ colsum(exp(W))) * S; (0, inf)",
      "max(X, 0.001) ./ colsum(max(X, 0.001)); (0, 1)", "tanh(X) - 1; (-2, 0)", "1 ./ (1 + exp(-X)) - 1; (-1, 0)", "X - X; [0, 0]", "-log(S); (0, inf)",
      "X - colmax(X) - log(colsum(exp(X - colmax(X)))); (-inf, 0)", "X - log(colsum(exp(X))); (-inf, 0)", "log(exp(X) ./ colsum(exp(X))); (-inf, 0)"})
  void ofValues(String expression, String bounds) {
    Meant model = Meant.of("A = " + expression + ";");
    Interval interval = analysis(model).of(model.node("A"));
    assertEquals(bounds, interval.toString());
    for (int seed = 0; seed < 20; seed++) {
      for (double entry : new Interpreter(model.graph(), Meant.point(seed), Meant.EXTENTS).value("A")) {
        assertTrue(interval.contains(entry) || Double.isNaN(entry), expression + " = " + entry);
      }
    }
  }
}
