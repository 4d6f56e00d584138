package dev.nngen.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.GraphPrinter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.model.ModelText;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Information other than values that lowering preserves: roles, shapes, facts, claims. */
class LoweringTest {

  private static Program<Phase.Lowered> lower(String text) {
    return Lowering.lower(ModelText.model(text));
  }

  @Test
  void roles() {
    Program<Phase.Lowered> lowered = lower("""
        precision f32;
        model Roles { input A[4]; target T[2]; input B; target U;
          P = dense(A, 2) + B; minimize J = mean(squared(P, T)) + mean(U); train sgd; }
        """);
    assertEquals("Roles", lowered.name());
    assertTrue(lowered.singlePrecision());
    assertFalse(lowered.samplesInRows());
    assertEquals(List.of("A", "B"), lowered.inputs());
    assertEquals(List.of("T", "U"), lowered.targets());
    assertEquals(List.of("W_P", "b_P"), lowered.parameters().stream().map(Program.Parameter::name).toList());
    assertEquals("P", lowered.output().orElseThrow());
    assertEquals("J", lowered.loss().orElseThrow());
    assertEquals(1, lowered.updates().size());
    assertTrue(lower("model N { input X[2]; P = dense(X, 2); }").loss().isEmpty());
  }

  @Test
  void axesOfExtentOneDoNotExist() {
    Program<Phase.Lowered> lowered = lower("""
        model Axes { input X[1]; input F[3, 1]; param W[1, 5]; param s[1, 1];
          P = X; V = F * W; S = s * s; Q = W' * s; }
        """);
    Graph graph = lowered.graph();
    assertEquals(List.of(Extent.BATCH), shape(graph, "X"));
    assertEquals(new Graph.Value(graph.named("X").node(), Graph.Value.NONE, 0), graph.named("X"));
    assertEquals(List.of(Extent.of(3)), shape(graph, "F"));
    assertEquals(List.of(Extent.of(3), Extent.of(5)), shape(graph, "V"));
    assertEquals(List.of(), shape(graph, "S"));
    assertEquals(0, graph.named("Q").row());
    assertEquals(new Program.Parameter("W", 1, 5, lowered.parameters().get(0).initial()), lowered.parameters().get(0));
  }

  private static List<Extent> shape(Graph graph, String name) {
    return graph.node(graph.named(name).node()).shape();
  }

  @Test
  void transpositionMakesNoNode() {
    Graph graph = lower("model T { input X[3]; P = X'; }").graph();
    assertEquals(graph.named("X").transposed(), graph.named("P"));
  }

  @Test
  void aGradientHasTheShapeOfItsVariable() {
    Graph graph = lower("model G { input X[3]; P = dense(X, 2); minimize J = mean(P); G = grad(J, W_P'); D = grad(sum(X), X); }").graph();
    assertEquals(List.of(Extent.of(2), Extent.of(3)), shape(graph, "G"));
    assertEquals(1, graph.named("G").row());
    Node.Derivative derivative = (Node.Derivative) graph.node(graph.named("G").node());
    assertEquals(graph.named("J").node(), derivative.scalar().node());
    assertEquals(graph.named("W_P").node(), derivative.variable().node());
    assertEquals(List.of(Extent.of(3), Extent.BATCH), shape(graph, "D"));
  }

  @Test
  void numbersAreExact() {
    Graph graph = lower("model E { input X; P = 0.1 * X + 0.2 * X + (1 - 0.9); }").graph();
    Node.Sum sum = (Node.Sum) graph.node(graph.named("P").node());
    assertEquals(Rational.of(1, 10), sum.constant());
    Graph power = lower("model E { input X; P = (X - 1) ./ X .^ (2 / 3); }").graph();
    assertTrue(nodes(power).stream().anyMatch(n -> n instanceof Node.Power p && p.exponent().equals(Rational.of(2, 3))));
  }

  private static List<Node> nodes(Graph graph) {
    return IntStream.range(0, graph.size()).mapToObj(graph::node).toList();
  }

  @Test
  void factsSpeakOfNodes() {
    Program<Phase.Lowered> lowered = lower("""
        loss bad(p, y) domain p in (0, 1], p - y in [-1, inf) = -y * log(p);
        model F { input X[3] where X in [-1, 1]; target Y[2] where 1 == colsum(Y), Y in [0, 1], Y in (-1, 0.5);
          P = dense(X, 2); minimize J = mean(bad(P, Y)); }
        """);
    Graph graph = lowered.graph();
    assertEquals(Interval.closed(-1, 1), lowered.facts().ranges().get(graph.named("X").node()));
    assertEquals(new Interval(0, false, 0.5, true), lowered.facts().ranges().get(graph.named("Y").node()));
    assertEquals(new Interval(0, true, 1, false), lowered.facts().ranges().get(graph.named("P").node()));
    assertTrue(lowered.facts().ranges().containsValue(new Interval(-1, false, Double.POSITIVE_INFINITY, true)));
    int one = lowered.facts().equalities().values().iterator().next();
    assertEquals(Rational.ONE, ((Node.Sum) graph.node(one)).constant());
  }

  @Test
  void claimsAreNamedValuesOfEqualShape() {
    Program<Phase.Lowered> lowered = lower("model C { input X[3]; P = softmax(X); prove colsum(P) == 1; prove P' == (2*P/2)'; }");
    assertEquals(List.of("colsum(P) == 1", "P' == (2 * P / 2)'"),
        lowered.claims().stream().map(Program.Claim::text).toList());
    for (Program.Claim claim : lowered.claims()) {
      assertEquals(shape(lowered.graph(), claim.left()).size(), shape(lowered.graph(), claim.right()).size());
    }
    assertEquals(List.of(Extent.BATCH), shape(lowered.graph(), "prove 1 right"));
    assertEquals("prove 2 left", lowered.claims().get(1).left());
  }

  @Test
  void penaltiesInMinimizeSeeLaterParametersAndWeightMatricesOnly() {
    Program<Phase.Lowered> lowered = lower("model L { input X[3]; param s = 1; minimize A = l2(2) + s; P = dense(X, 2); minimize B = mean(P); }");
    boolean[] needed = lowered.graph().reachable(List.of(lowered.graph().named("A").node()));
    assertTrue(needed[lowered.graph().named("W_P").node()]);
    assertFalse(needed[lowered.graph().named("b_P").node()]);
  }

  @Test
  void theSameTextGivesTheSameGraph() {
    String text = "model S { input X[3]; target Y[2]; P = dense(X, 8, tanh) |> dense(2) |> softmax; minimize J = mean(crossentropy(P, Y)); train adam; }";
    assertEquals(GraphPrinter.print(lower(text).graph()), GraphPrinter.print(lower(text).graph()));
  }
}
