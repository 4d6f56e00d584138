package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Converts an entrywise computation to one without axes, for a single entry. */
final class ScalarGraph implements Node.Visitor<Node> {

  private final List<View> operands;

  /**
   * @param operands the node's operands for one entry
   */
  private ScalarGraph(List<View> operands) {
    this.operands = operands;
  }

  /** Returns the graph for one entry, empty if the source reduces over axes. */
  static Optional<Graph> ofOne(Graph graph) {
    Graph.Builder builder = new Graph.Builder();
    int[] moved = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      if (node.loops().size() > node.rank()) {
        return Optional.empty();
      }
      List<View> operands = node.operands().stream().map(view -> new View(moved[view.node()], List.of())).toList();
      moved[id] = builder.add(node.accept(new ScalarGraph(operands)));
    }
    graph.names().forEach((name, value) -> builder.name(name, new Graph.Value(moved[value.node()], Graph.Value.NONE, Graph.Value.NONE)));
    return Optional.of(builder.build());
  }

  @Override
  public Node leaf(Node.Leaf leaf) {
    return new Node.Leaf(leaf.name(), leaf.role(), List.of());
  }

  @Override
  public Node sum(Node.Sum sum) {
    return new Node.Sum(List.of(), sum.constant(), IntStream.range(0, operands.size())
        .mapToObj(k -> new Node.Term(sum.terms().get(k).coefficient(), operands.get(k))).toList());
  }

  @Override
  public Node product(Node.Product product) {
    return new Node.Product(List.of(), 0, operands);
  }

  @Override
  public Node power(Node.Power power) {
    return new Node.Power(List.of(), operands.get(0), power.exponent());
  }

  @Override
  public Node apply(Node.Apply apply) {
    return new Node.Apply(apply.fn(), List.of(), operands);
  }

  @Override
  public Node max(Node.Max max) {
    throw new IllegalStateException("a maximum is not entrywise");
  }
}
