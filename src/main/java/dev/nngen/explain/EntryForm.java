package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites values over the axes of a boundary, with the entry at the boundary as a separate leaf. Entries below sums do not change: only one entry is
 * at its boundary.
 */
final class EntryForm {

  private final Graph.Builder graph;
  private final Boundary boundary;
  private final View moving;
  private final Map<View, View> pieces;
  private final Map<View, View> known = new HashMap<>();
  private final List<View> edges = new ArrayList<>();

  /**
   * @param pieces functions that are continuous at the boundary, and one of their pieces
   */
  EntryForm(Graph.Builder graph, Boundary boundary, int moving, Map<View, View> pieces) {
    this.graph = graph;
    this.pieces = pieces;
    this.boundary = boundary;
    this.moving = View.identity(moving, boundary.shape().size());
  }

  View of(View view) {
    View found = known.get(view);
    if (found == null) {
      found = view.equals(boundary.moving()) ? moving : pieces.containsKey(view) ? of(pieces.get(view)) : copied(view);
      known.put(view, found);
    }
    return found;
  }

  /** Returns values at whose zeros a function jumps: differences of the sides of comparisons, and arguments of signs. */
  List<View> edges() {
    return edges;
  }

  private View copied(View view) {
    Node node = graph.node(view.node());
    boolean sums = !node.loops().equals(node.shape()) || node instanceof Node.Derivative;
    if (sums || view.node() < boundary.moving().node()) {
      return view;
    }
    List<View> operands = node.operands().stream().map(operand -> operand.rewire(view.axes())).toList();
    List<View> replaced = operands.stream().map(this::of).toList();
    if (replaced.equals(operands)) {
      return view;
    }
    addEdge(node, replaced);
    return View.identity(graph.add(node.accept(new Rebuild(replaced))), boundary.shape().size());
  }

  private void addEdge(Node node, List<View> operands) {
    if (node instanceof Node.Apply apply) {
      switch (apply.fn()) {
        case GREATER, AT_LEAST, EQUAL -> edges.add(edge(new Term(Rational.ONE, operands.get(0)), new Term(Rational.MINUS_ONE, operands.get(1))));
        case SIGN, FLOOR -> edges.add(edge(new Term(Rational.ONE, operands.get(0))));
        default -> { }
      }
    }
  }

  private View edge(Term... terms) {
    return View.identity(graph.add(new Node.Sum(boundary.shape(), Rational.ZERO, List.of(terms))), boundary.shape().size());
  }

  /** Rebuilds an entrywise node over the boundary's axes. */
  private final class Rebuild implements Node.Visitor<Node> {
    private final List<View> operands;

    private Rebuild(List<View> operands) {
      this.operands = operands;
    }

    @Override
    public Node leaf(Node.Leaf leaf) {
      return leaf;
    }

    @Override
    public Node sum(Node.Sum sum) {
      return new Node.Sum(boundary.shape(), sum.constant(), ((Node.Sum) sum.withOperands(operands)).terms());
    }

    @Override
    public Node product(Node.Product product) {
      return new Node.Product(boundary.shape(), boundary.shape().size(), operands);
    }

    @Override
    public Node power(Node.Power power) {
      return new Node.Power(boundary.shape(), operands.get(0), power.exponent());
    }

    @Override
    public Node apply(Node.Apply apply) {
      return new Node.Apply(apply.fn(), boundary.shape(), operands);
    }

    @Override
    public Node max(Node.Max max) {
      throw new IllegalStateException("a maximum over entries is not entrywise");
    }
  }
}
