package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Graph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which forms lose a finite value on the way, and which may become infinite, as they stand. */
class OverflowTest {

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      // expression; lost; infinite
      "X; false; false", "2 * X - 1; false; false", "X .* Y; false; false", "1 ./ U; false; false", "log(U); false; false", "sin(X); false; false",
      "exp(X); false; true", "expm1(X); false; true", "exp(-(X .^ 2)); false; false", "exp(N); false; false", "3 * exp(X) + 1; false; true",
      "exp(X) + exp(Y); false; true", "exp(X) - exp(Y); true; true", "X - exp(Y); false; true", "exp(X) + 2 * exp(Y) - 1; false; true",
      "-exp(X) - 2 * exp(Y); false; true", "exp(X) .* Y - exp(Y); true; true", "-exp(X) + exp(Y) .* X; true; true",
      "1 ./ (1 + exp(-X)); false; false", "exp(X) ./ (1 + exp(X)); true; true", "exp(X) .* exp(-Y); true; true", "exp(X) .* exp(N); true; true",
      "exp(N) .* exp(-(X .^ 2)); false; false", "exp(N) .* X; false; false", "exp(X) .* X; true; true", "exp(X) .^ 2; false; true",
      "exp(X) .^ (-2); false; true", "sqrt(exp(X)); false; true", "(exp(X) - exp(Y)) .^ (-1); true; true", "1 ./ (exp(X) + exp(Y)); false; true",
      "log(exp(X)); true; false", "log(1 + exp(X)); true; false", "log(1 + exp(N)); false; false", "log(exp(N)); true; false",
      "log1p(exp(X)); true; false", "log1p(exp(N)); false; false", "exp(exp(X)); true; true", "exp(-exp(X)); false; false",
      "tanh(exp(X)); false; false", "erf(exp(X) - exp(Y)); true; false", "sin(exp(X) - exp(Y)); true; false",
      "log(1 - tanh(X)); true; false", "log(2 + tanh(X)); false; false", "log(1 - erf(X)); true; false", "1 ./ (1 - tanh(X)); false; true",
      "1 ./ tanh(X); false; false", "1 ./ (2 * tanh(X)); false; false", "1 ./ (1 - exp(N)); false; false", "1 ./ (1 - exp(-(X .^ 2))); false; true", "1 ./ (-1 - exp(N)); false; false",
      "1 ./ (1 + exp(N) + U); false; false", "1 ./ (exp(N) - U); false; false", "1 ./ (exp(-(X .^ 2)) - U); false; true", "1 ./ (1 + exp(N) + X); false; true",
      "where(X > 0, exp(X), 0); false; true", "max(exp(X), 1); false; true", "min(exp(X), 1); false; true", "abs(X - exp(Y)); false; true",
      "stop(exp(X)); false; true", "where(X > 0, exp(X) - exp(Y), 0); true; true", "abs(X) .^ s; false; false", "(exp(X) - exp(Y)) .^ s; true; false",
      "colmax(exp(X)); false; true", "colmax(exp(X) - exp(Y)); true; true", "colsum(exp(X)); false; true", "colsum(exp(X) .* U); true; true",
      "1 ./ colsum(exp(X - colmax(X))); false; false", "1 ./ colsum(exp(0.2 * (X - colmax(X)))); false; false", "1 ./ colsum(exp(N)); false; true", "1 ./ colsum(exp(X - colmax(X)) .* U); false; true",
      "log(colsum(exp(X - colmax(X)))); false; false", "log(colsum(exp(-(X .^ 2)))); true; false",
      "log(exp(X - colmax(X)) ./ colsum(exp(X - colmax(X)))); true; false", "1 ./ (1 - colsum(tanh(X))); false; false"})
  void ofForms(String expression, boolean lost, boolean infinite) {
    Meant model = Meant.of("A = " + expression + ";");
    Overflow overflow = overflow(model);
    assertEquals(lost, overflow.isLost(model.node("A")), "lost");
    assertEquals(infinite, overflow.isInfinite(model.node("A")), "infinite");
  }

  private static Overflow overflow(Meant model) {
    return new Overflow(new Graph.Builder(model.graph()), node -> model.meanings().domains.isNeverPositive(model.meanings().of(node)),
        node -> model.meanings().domains.of(model.meanings().of(node)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "1e29 * X; false", "1e31 * X; true", "-1e31 * X; true", "1e-29 * X; false", "1e-31 * X; true", "X + 1e31; true", "X + 1e-31; true", "X - Y; false",
      "exp(1e31 * X) .* Y; true", "1 ./ (1e31 * X + Y); true", "colmax(1e31 * X); true", "colsum(1e31 * X) + 1; true", "where(X > 0, 1e31 * X, Y); true"})
  void numbersThatNoFloatHolds(String expression, boolean beyond) {
    Meant model = Meant.of("A = " + expression + ";");
    assertEquals(beyond, overflow(model).isBeyondFloats(model.node("A")));
  }
}
