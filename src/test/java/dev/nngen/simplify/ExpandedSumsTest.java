package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.simplify.algebra.RationalFunction;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums of products multiplied out. */
class ExpandedSumsTest {

  private static RationalFunction expanded(Meant model, String name) {
    return NormalForms.expanded(model.graph(), model.program().facts(), node -> null).of(model.node(name));
  }

  /** How many terms are left when everything is multiplied out and equal terms have met. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "W * X; 1", "W * (X + Y); 2", "(W + W') * (X + Y); 4", "(W + 2 * W) * X; 1", "W * W' - (W * W')'; 0", "(X + Y)' * (X + Y); 4",
      "sum((X + Y) .^ 2); 3", "sum((W * X) .* (W * X)); 1", "sum((W * X + b) .^ 2); 3", "(W * X - W * Y) + W * (Y - X); 0", "rowsum(X + 1); 2", "sum(b * colsum(X)); 1",
      "sum(W * W) - sum(W' * W'); 0", "sum(W .* (b * b')) - b' * W * b; 0", "sum((W * (W * b)) .* b) - b' * (W * W) * b; 0", "colsum(C .* colsum(X)); 1", "sum(C .* colsum(X)) - sum(X); 0",
      "sum(exp(X) .* S ./ colsum(exp(X))) - sum(colsum(exp(X) .* S) ./ colsum(exp(X))); 0", "sum(exp(X) ./ colsum(exp(X))) - m; 0", "sum(exp(X) .* colsum(Y) ./ colsum(exp(X))) - sum(Y); 0"})
  void terms(String expression, int terms) {
    RationalFunction sum = expanded(Meant.of("A = " + expression + ";"), "A");
    assertEquals(terms, sum.isZero() ? 0 : sum.numerator().size());
  }

  /** A factor is itself for each row and column, so that only its axes tell entries apart. */
  @Test
  void transposedValuesAreOneClass() {
    Meant model = Meant.of("A = W' * W * X; B = (X' * W') * W;");
    NormalForms normalForms = NormalForms.expanded(model.graph(), model.program().facts(), node -> null);
    assertEquals(normalForms.atomTable.classOf(normalForms.of(model.node("A"))).node(), normalForms.atomTable.classOf(normalForms.of(model.node("B"))).node());
  }

  /** Beyond the bounds an identity is left open, in a moment, and nothing false is proved. */
  @Test
  void boundsLeaveOpen() {
    String sum = "(W + W' + W .* W + exp(W) + sin(W) + W .* sin(W))";
    String product = String.join(" * ", Collections.nCopies(12, sum));
    Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
      Meant model = Meant.of("A = " + product + "; B = " + product + "; D = (" + product + ")'; E = " + sum + "' * (" + product + ");");
      EqualityCheck equality = new EqualityCheck(model.graph(), model.program().facts());
      assertTrue(equality.holds(model.graph().named("A"), model.graph().named("B")));
      assertFalse(equality.holds(model.graph().named("A"), model.graph().named("D")));
      assertFalse(equality.holds(model.graph().named("A"), model.graph().named("E")));
    });
  }

  @Test
  void onlyWhatIsAskedForIsRead() {
    Meant model = Meant.of("A = W' * (X + W * X); B = W' * X + (W' * W) * X; D = exp(exp(X));");
    NormalForms normalForms = NormalForms.expanded(model.graph(), model.program().facts(), node -> null);
    normalForms.of(model.node("A"));
    int classes = normalForms.atomTable.classCount();
    normalForms.of(model.node("A"));
    assertEquals(classes, normalForms.atomTable.classCount());
    normalForms.of(model.node("D"));
    assertTrue(normalForms.atomTable.classCount() > classes);
    EqualityCheck equality = new EqualityCheck(model.graph(), model.program().facts());
    assertEquals(Optional.of("equal after multiplying out all products and sums"), equality.reason(model.graph().named("A"), model.graph().named("B")));
  }
}
