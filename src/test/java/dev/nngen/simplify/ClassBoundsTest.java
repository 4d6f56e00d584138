package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import dev.nngen.lower.Lowering;
import dev.nngen.lower.Program;
import dev.nngen.model.ModelText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of values, which hold at random points too. */
class ClassBoundsTest {

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "X; (-inf, inf)", "2 * U - 1; [1, 9]", "N .* N; [1, 81]", "N .* U; [-45, -1]", "X .^ 2; [0, inf)", "X .^ 3; (-inf, inf)", "U .^ 3; [1, 125]",
      "2 ./ U; [0.4, 2]", "1 ./ X; (-inf, inf)", "S - U; (-5, 0)", "S .* U; (0, 5)", "1 ./ N; [-1, -0.1111111111111111]", "1 ./ (X .* Y); (-inf, inf)", "1 ./ (X .^ 2); [0, inf)",
      "exp(X); (0, inf)", "1 + exp(X); (1, inf)", "exp(-U); [0.006737946999085465, 0.36787944117144245]", "exp(N); [1.234098040866795e-4, 0.36787944117144245]", "exp(-(X .^ 2)); (0, 1]", "exp(X .* N); (0, inf)",
      "exp(X - colmax(X)); (0, 1]", "exp(colmax(X) - X); [1, inf)", "1 ./ (1 + exp(-X)); (0, 1)", "tanh(X); (-1, 1)", "erf(X); (-1, 1)",
      "sin(X); [-1, 1]", "cos(X); [-1, 1]", "sign(X); [-1, 1]", "abs(X); [0, inf)", "floor(X); (-inf, inf)", "log(U); [0, 1.6094379124341005]", "log(1 + exp(X)); (0, inf)", "log(X); (-inf, inf)", "log(S); (-inf, 0)", "log(X .^ 2); (-inf, inf)", "stop(S); (0, 1)",
      "where(X > 0, 1, 2); [1, 2]", "where(X == Y, 3, 4); [3, 4]", "pi + 0 * U; [3.141592653589793, 3.141592653589793]",
      "sqrt(U); [1, 2.2360679774997902]", "sqrt(abs(X)); [0, inf)", "1 ./ sqrt(U); [0.4472135954999578, 1]", "U .^ s; (0, inf)", "X .^ s; (-inf, inf)",
      "colsum(S); (0, inf)", "colsum(X .^ 2); [0, inf)", "colsum(X); (-inf, inf)", "colsum(-S); (-inf, 0)", "colsum(S .* U); (0, inf)",
      "colmax(S); (0, 1)", "colmin(N); [-9, -1]", "exp(X) ./ colsum(exp(X)); (0, 1)", "S ./ (U + S); (0, 1)", "(S - U) ./ (S + U); (-1, 0)",
      "X ./ (1 + abs(X)); (-inf, inf)", "(U - X) ./ (U + X); (-inf, inf)",
      "X + sqrt(X .^ 2 + 1); (0, inf)", "3 * sqrt(X .^ 2 + U) - 2 * X; (0, inf)", "X - sqrt(X .^ 2 + 1); (-inf, 0)",
      "sqrt(X .^ 2 + 1) - 2 * X; (-inf, inf)", "X + sqrt(X .^ 2); (-inf, inf)",
      "X .^ 2 + 2 * X + 2; [1, inf)", "2 * X - X .^ 2 - 2; (-inf, -1]", "X .^ 2 - 2 * X .* Y + Y .^ 2 + U; [1, inf)", "exp(X) + X .^ 2 + X; (-0.25, inf)",
      "X .^ 2 - 3 * X .* Y + Y .^ 2; (-inf, inf)", "U .* X .^ 2 + 2 * X + 2; (-inf, inf)", "X .^ 2 + 2 * X + Y; (-inf, inf)",
      "X .^ 2 + 2 * X + Y .^ 2 - Y + 1.25; [0, inf)", "sqrt(X .^ 2 + 4); [1.9999999999999998, inf)"})
  void ofValues(String expression, String bounds) {
    Meant model = Meant.of("A = " + expression + ";");
    Interval interval = model.bounds("A");
    assertEquals(bounds, interval.toString());
    for (int seed = 0; seed < 20; seed++) {
      for (double entry : new Interpreter(model.graph(), Meant.point(seed), Meant.EXTENTS).value("A")) {
        assertTrue(interval.contains(entry) || Double.isNaN(entry), expression + " = " + entry);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "X - colmax(X); true", "2 * X - 2 * colmax(X); true", "-(X .^ 2); true", "N; true", "N .* U; true", "tanh(X) - 1; true",
      "X; false", "colmax(X) - X; false", "X - 2 * colmax(X); false", "X - colmax(Y); false", "X + colmax(X); false",
      "X - colmax(X) .^ 2; false", "1 ./ (X - colmax(X)); false", "W - rowmax(W); true", "W - colmax(W)'; false", "W' - rowmax(W); false",
      "W' - colmax(W)'; true", "(X - colmax(X)) / sqrt(3); true", "X / sqrt(3) - colmax(X / sqrt(3)); true", "U .* (X - colmax(X)); true",
      "X .* (X - colmax(X)); false", "(colmax(X) - X) ./ N; true", "X + exp(1) - colmax(X + exp(1)); true", "X .* s - colmax(X .* s); true"})
  void whatIsNeverPositive(String expression, boolean holds) {
    assertEquals(holds, Meant.of("A = " + expression + ";").isNeverPositive("A"));
  }

  /** sum_k E_k - E_k has other terms left, since an axis has at least two entries. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "colsum(exp(X)) - exp(X); (0, inf)", "exp(X) - colsum(exp(X)); (-inf, 0)", "colsum(U) - U; (0, inf)", "colsum(X) - X; (-inf, inf)",
      "colsum(exp(X)) - exp(Y); (-inf, inf)", "colsum(exp(X)) - 2 * exp(X); (-inf, inf)", "2 * colsum(exp(X)) - exp(X); (-inf, inf)",
      "colsum(exp(X)) + exp(X); (0, inf)", "colsum(exp(X) .* U) - exp(X) .* U; (0, inf)", "colsum(exp(X)) .^ 2 - exp(X); (-inf, inf)",
      "colmax(exp(X)) - exp(X); (-inf, inf)", "rowsum(exp(W)) - exp(W); (0, inf)", "rowsum(exp(W)) - exp(W'); (-inf, inf)",
      "colsum(exp(W))' - exp(W); (-inf, inf)", "colsum(exp(W)) - exp(W); (0, inf)"})
  void aSumWithoutOneOfItsTerms(String expression, String bounds) {
    assertEquals(bounds, Meant.of("A = " + expression + ";").bounds("A").toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"A = exp(X)[kind]; (0, inf)", "A = X[kind]; (-inf, inf)", "A[s] = sum[i : i == kind[s]] exp(X[i, s]); (0, inf)",
      "A[s] = sum[i : i == other[s]] exp(X[i, s]); [0, inf)", "A = colsum(onehot(kind) .* exp(X)); (0, inf)", "A = colsum((onehot(kind) + X) .* exp(X)); (-inf, inf)"})
  void anEntryThatDataSelect(String statement, String bounds) {
    Program<?> model = Lowering.lower(ModelText.model("model M { input X[3]; input kind of 3; input other[1]; " + statement + "; output A; }"));
    NormalForms forms = NormalForms.of(model.graph(), model.facts());
    assertEquals(bounds, forms.classBounds.of(forms.of(model.graph().named("A").node())).toString());
  }

  @Test
  void aDeepChainIsNoRecursion() {
    StringBuilder text = new StringBuilder("A0 = S;");
    for (int k = 1; k <= 400; k++) {
      text.append("A").append(k).append(" = colsum(A").append(k - 1).append(" .* U) .* S;");
    }
    assertEquals("(0, inf)", Meant.of(text.toString()).bounds("A400").toString());
  }

  /** What is declared counts, also after bounds were asked for. */
  @Test
  void declaredLater() {
    Meant model = Meant.of("A = X .* X + 1; B = 1 ./ A;");
    assertEquals("(0, 1]", model.bounds("B").toString());
    int x = model.normalForms().atomTable.classOf(model.normalForm("X")).node();
    model.normalForms().classBounds.declare(x, Interval.closed(2, 3));
    assertEquals("[5, 10]", model.bounds("A").toString());
    model.normalForms().classBounds.declare(x, Interval.closed(1, 2));
    assertEquals("[5, 5]", model.bounds("A").toString());
  }
}
