package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The cache of simplified graphs: equal questions have one answer, and the oldest answers are dropped. */
class SimplifiedGraphsTest {

  private int computed;

  private static Graph graph(String name) {
    Graph.Builder builder = new Graph.Builder();
    int leaf = builder.add(new Node.Leaf(name, Node.Role.INPUT, List.of(new Extent.Fixed(2))));
    return builder.name(name, new Graph.Value(leaf, List.of(0), List.of())).build();
  }

  private Graph ask(SimplifiedGraphs kept, Graph graph, Facts facts) {
    return kept.get(graph, facts, () -> {
      computed++;
      return new Graph.Builder(graph).build();
    });
  }

  @Test
  void equalQuestionsHaveOneAnswer() {
    SimplifiedGraphs kept = new SimplifiedGraphs(100);
    Graph answer = ask(kept, graph("X"), Facts.NONE);
    assertSame(answer, ask(kept, graph("X"), Facts.NONE));
    assertNotSame(answer, ask(kept, graph("Y"), Facts.NONE));
    assertNotSame(answer, ask(kept, graph("X"), new Facts(Map.of(0, Interval.POSITIVE), Map.of())));
    assertEquals(3, computed);
  }

  @Test
  void theOldestAnswersAreDropped() {
    SimplifiedGraphs kept = new SimplifiedGraphs(4);
    List.of("A", "B", "A", "C", "A", "B").forEach(name -> ask(kept, graph(name), Facts.NONE));
    assertEquals(4, computed);
  }
}
