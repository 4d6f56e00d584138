package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What values mean: the same where a rule says so, different where its side condition fails, and as computed after all. */
class NormalFormsTest {

  private static EqualityCheck equality(Meant model) {
    return new EqualityCheck(model.graph(), model.program().facts());
  }

  private static boolean holds(Meant model) {
    return equality(model).holds(model.graph().named("A"), model.graph().named("B"));
  }

  /** Names with a space are of conditions, which the simplified graph does not have. */
  private static void meansWhatItDid(Meant model) {
    Graph simple = Simplifier.simplify(model.program()).graph();
    for (int seed = 1; seed <= 3; seed++) {
      for (String name : model.graph().names().keySet().stream().filter(name -> name.indexOf(' ') < 0).toList()) {
        double[] before = entries(model.graph(), name, seed);
        double[] after = entries(simple, name, seed);
        for (int k = 0; k < before.length; k++) {
          double largest = Double.isFinite(before[k]) ? 1e-9 * Math.max(1, Math.abs(before[k])) : 0;
          assertTrue(Double.isNaN(before[k]) || before[k] == after[k] || Math.abs(before[k] - after[k]) <= largest,
              name + "[" + k + "] = " + before[k] + " has become " + after[k]);
        }
      }
    }
  }

  private static double[] entries(Graph graph, String name, long seed) {
    double[][] matrix = new Interpreter(graph, Meant.point(seed), Meant.EXTENTS).matrix(name);
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "exp(X - X); 1 + 0 * X", "exp(Y + 2 * log(U)); U .^ 2 .* exp(Y)", "exp(log(U) ./ X); exp(log(U) ./ X)", "exp(X) .* exp(2 * X); exp(3 * X)",
      "log(N .^ 2); 2 * log(-N)", "log(N .* N .* N .* N); 4 * log(-N)", "log(-N .* U); log(-N) + log(U)", "log(1 + 0 * X); 0 * X",
      "log(where(X > 0, U, S)); where(X > 0, log(U), log(S))", "X .^ (s - s + 2); X .* X", "U .^ (s + 0 * s); exp(s * log(U))",
      "sqrt(1 + 0 * X); 1 + 0 * X", "sqrt(0 * X); 0 * X", "U .^ (-3/2); 1 ./ (U .* sqrt(U))", "abs(X) .^ (-3/2); abs(X) .^ (-3/2)",
      "(1 + sqrt(U)) .^ 2; 1 + 2 * sqrt(U) + U", "(1 + U .^ (1/3)) .^ 3; 1 + 3 * U .^ (1/3) + 3 * U .^ (2/3) + U",
      "sqrt(U) .^ 5; U .* U .* sqrt(U)", "1 ./ where(X > 0, U, V); where(X > 0, 1 ./ U, 1 ./ V)", "1 ./ (U .* V); (1 ./ U) .* (1 ./ V)",
      "U ./ (U .* X); 1 ./ X", "(1 ./ X) .^ 2; 1 ./ X ./ X", "U .^ (-2) .* U; 1 ./ U",
      "where(U >= 0, X, Y); X", "where(N >= 0, X, Y); Y", "where(N > 0, X, Y); Y", "where(colmax(X) >= X, S, Y); S", "where(X - colmax(X) > 0, X, Y); Y",
      "where(X >= colmax(X), X, Y); where(X == colmax(X), X, Y)", "where(U == N, X, Y); Y",
      "where(X == Y, S, U); where(Y == X, S, U)", "where(X >= Y, S, U); where(Y <= X, S, U)", "where(2 * X >= 2 * Y, S, U); where(X >= Y, S, U)",
      "where(where(X > 0, 1, 0), S, U); where(X > 0, S, U)", "max(X, X); X", "sign(U); 1 + 0 * U", "sign(N); -1 + 0 * N",
      "abs(-3 * X); 3 * abs(X)", "sign(-3 * X); -sign(X)", "floor(X); floor(X)", "stop(X) .* Y; X .* Y",
      "where(X > 0, X, 0) .* where(X > 0, 0, Y); 0 * X", "where(X > 0, 1, 0) .^ 3; where(X > 0, 1, 0)",
      "where(where(X > 0, 1, 0) + where(Y > 0, 1, 0) - where(X > 0, 1, 0) .* where(Y > 0, 1, 0), S, U); where(X > 0, S, where(Y > 0, S, U))",
      "colsum(2 * X); 2 * colsum(X)", "colsum(b .* X); b' * X", "colsum(C); 1 + 0 * colsum(C)", "colsum(C .* colsum(X)); colsum(X)",
      "sum(X); sum(X')", "colmax(2 * X); 2 * colmax(X)", "colmax(colmax(X)); colmax(X)", "max(X'); max(X)", "colsum(X + 1); colsum(X) + 3",
      "W * (X + Y); W * X + W * Y", "(W * X)'; X' * W'", "colsum(X - X); 0 * colsum(X)", "W * X - W * X; 0 * X"})
  void areEqual(String left, String right) {
    Meant model = Meant.of("A = " + left + "; B = " + right + ";");
    assertTrue(holds(model));
    meansWhatItDid(model);
  }

  /** A value is equal to itself, unless it is NaN, which no comparison holds of. */
  @ParameterizedTest
  @ValueSource(strings = {"==", ">=", "<="})
  void aValueThatMayBeNaNNeedNotEqualItself(String comparison) {
    for (String value : List.of("X", "s", "W * X", "exp(X)", "log(N)", "log(S - 1/2)", "sqrt(N)", "colsum(X)", "2 * X + Y")) {
      Meant model = Meant.of("A = where(" + value + comparison + value + ", 1, 0); B = 1 + 0 * (" + value + "); D = where(" + value + " == " + value + ", 1, 0);");
      assertFalse(holds(model), value);
      assertTrue(equality(model).holds(model.graph().named("A"), model.graph().named("D")), value);
      meansWhatItDid(model);
    }
    for (String value : List.of("S", "exp(U)", "colsum(C)", "C", "U .* V - N", "log(U)", "sqrt(U)", "m + 0 * s", "sqrt(2) + 0 * S", "max(U, V)", "where(U > 2, U, V)")) {
      assertTrue(holds(Meant.of("A = where(" + value + comparison + value + ", 1, 0); B = 1 + 0 * (" + value + ");")), value);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"!=", ">", "<"})
  void aValueIsNeverBeyondItself(String comparison) {
    Meant number = Meant.of("A = where(U " + comparison + " U, 1, 0); B = 0 * U;");
    assertTrue(holds(number));
    Meant any = Meant.of("A = where(X " + comparison + " X, 1, 0); B = 0 * X;");
    assertEquals(!comparison.equals("!="), holds(any));
    Meant masked = Meant.of("A = where(X != X, 0, Y); B = where(X == X, Y, 0);");
    assertTrue(holds(masked));
  }

  /** What masks missing targets is there in the gradient too. */
  @Test
  void aMaskOfMissingValuesStaysInTheGradient() {
    Meant model = Meant.of("Z = W * X; J = sum(where(Y == Y, squared(Z, Y), 0)); A = grad(J, Z); B = 2 * (Z - Y); D = where(Y == Y, 2 * (Z - Y), 0);");
    assertFalse(holds(model));
    assertTrue(equality(model).holds(model.graph().named("A"), model.graph().named("D")));
  }

  /** Rules whose side condition is not met. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "abs(X); X", "abs(1 ./ X); 1 ./ X", "sign(X); 1 + 0 * X", "sqrt(X .^ 2); X", "where(X >= 0, X, Y); X", "where(X == Y, S, U); S", "where(X == X, X, Y); X",
      "X ./ X; 1 + 0 * X", "log(X .^ 2); 2 * log(X)", "exp(log(X)); Y", "where(2 * where(X > 0, 1, 0), S, U); 2 * S", "colmax(-X); -colmax(X)",
      "where(where(X > 0, 1, 0) + where(Y > 0, 1, 0), S, U); where(X > 0, S, U)", "colsum(X); rowsum(X)'", "colmax(X); colmax(Y)", "colsum(C); 2 + 0 * colsum(C)",
      "W * X; W' * X", "where(X > 0, S, U); where(X >= 0, S, U)", "U .^ s; U .^ 2", "sum(C); 1 + 0 * s", "N .^ (1/3); abs(N) .^ (1/3)"})
  void areNotEqual(String left, String right) {
    Meant model = Meant.of("A = " + left + "; B = " + right + ";");
    assertFalse(holds(model));
    meansWhatItDid(model);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "where(2 * where(X > 0, 1, 0), S, U)", "where(X .* where(Y > 0, 1, 0), S, U)", "where(where(X > 0, 1, 0) + where(Y > 0, 1, 0), S, U)", "log(N)", "log(X .* U)",
      "X .^ 100", "U .^ (33/2)", "U .^ (-1/17)", "abs(X) .^ s", "1 ./ (X - X)", "exp(30 * S) .* exp(S)", "(X .* U + Y) .^ 70 .* 1e-100", "X .^ 65 ./ X .^ 64",
      "(X + Y + S + U + V) .^ 2 .* (X + 2 * Y + S + U + V)", "((X + Y + S + U + V) .* (X - Y - S + U + V) + 1) .* ((X + Y) .* (S + U) + V)"})
  void meanWhatTheyDid(String expression) {
    meansWhatItDid(Meant.of("A = " + expression + ";"));
  }

  /** A named sum of a matrix product is one value for all that comes after it, and so is w x + b of numbers. */
  @Test
  void namedProductsStayWhole() {
    Meant matrices = Meant.of("Z = W * X + b; A = Z .* Z;");
    assertEquals(1, matrices.normalForm("Z").size());
    assertTrue(matrices.normalForm("Z").isVariable());
    Meant numbers = Meant.of("Z = s * sum(X) + 1; A = s * X + b; D = X + b; E = X .* Y; F = exp(X) .* s;");
    assertFalse(numbers.normalForm("D").isVariable());
    assertFalse(numbers.normalForm("E").isVariable());
    assertFalse(numbers.normalForm("F").isVariable());
    assertTrue(numbers.normalForm("A").isVariable());
  }

  /** Long normal forms become atoms, so that values computed from them stay short. */
  @Test
  void longMeaningsBecomeAtoms() {
    Meant model = Meant.of("A = (X + Y + S + U + V) .* (X + 2 * Y + 3 * S + U + V) + 1; B = A .* A + A;");
    assertTrue(model.normalForm("A").size() <= 24, model.normalForm("A").toString());
    assertTrue(model.normalForm("B").size() <= 24, model.normalForm("B").toString());
    meansWhatItDid(model);
  }

  @Test
  void reasonsSayHowFarTheSidesWereTakenApart() {
    Meant model = Meant.of("A = W' * (X + W * X); B = W' * X + W' * (W * X); D = W' * (W * X + X); Z = X - X; E = X;");
    EqualityCheck equality = equality(model);
    Graph graph = model.graph();
    assertEquals(Optional.of("equal after multiplying out all products and sums"), equality.reason(graph.named("A"), graph.named("B")));
    assertEquals(Optional.of("equal after simplification"), equality.reason(graph.named("A"), graph.named("D")));
    assertEquals(Optional.empty(), equality.reason(graph.named("A"), graph.named("E")));
    assertTrue(equality.isZero(graph.named("Z").node()));
    assertFalse(equality.isZero(graph.named("E").node()));
  }

  /** Equal values have one class whatever the order of their axes. */
  @Test
  void classes() {
    Meant model = Meant.of("A = X + Y; B = (Y + X)'; D = (X + 1) .* (X - 1); E = X .* X - 1; F = X - Y;");
    AtomTable atomTable = model.normalForms().atomTable;
    assertEquals(atomTable.classOf(model.normalForm("A")).node(), atomTable.classOf(model.normalForm("B")).node());
    assertEquals(atomTable.classOf(model.normalForm("D")), atomTable.classOf(model.normalForm("E")));
    assertFalse(atomTable.classOf(model.normalForm("A")).node() == atomTable.classOf(model.normalForm("F")).node());
    int classes = atomTable.classCount();
    atomTable.classOf(model.normalForm("A"));
    assertEquals(classes, atomTable.classCount());
  }
}
