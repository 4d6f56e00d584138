package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Adjoints with sums of magnitudes in place of sums, from the first named adjoints on. They bound the digits that any form of these sums can keep. */
final class AdjointMagnitudes {

  private AdjointMagnitudes() {}

  /** The values of a differentiated program with sums of adjoints replaced by those of their magnitudes. */
  static Interpreter of(Program<? extends Phase.Differentiated> program, Map<String, double[]> leaves) {
    Graph graph = program.graph();
    Set<Integer> adjoints = new HashSet<>();
    graph.names().forEach((name, value) -> {
      if (name.startsWith(ValueName.gradient(program.loss().orElseThrow(), "").text())) {
        adjoints.add(value.node());
      }
    });
    Graph.Builder copy = new Graph.Builder();
    Set<Node> linear = new HashSet<>();
    int[] moved = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      Node own = node.withOperands(node.operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList());
      boolean isLinear = own.operands().stream().anyMatch(operand -> linear.contains(copy.node(operand.node())));
      Node positive = isLinear && own instanceof Node.Sum sum ? positive(sum) : own;
      moved[id] = copy.add(positive);
      if (isLinear || adjoints.contains(id)) {
        linear.add(positive);
      }
    }
    graph.names().forEach((name, value) -> copy.name(name, new Graph.Value(moved[value.node()], value.row(), value.column())));
    return new Interpreter(copy.build(), leaves, AdversarialPoints.EXTENTS, (node, entries) -> {
      if (linear.contains(node)) {
        Arrays.setAll(entries, k -> Math.abs(entries[k]));
      }
    });
  }

  private static Node positive(Node.Sum sum) {
    return new Node.Sum(sum.shape(), sum.constant().abs(), sum.terms().stream().map(term -> new Node.Term(term.coefficient().abs(), term.view())).toList());
  }
}
