package dev.nngen.explain;

import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** The length of a value's formula in names and functions; numbers count twice. Named values are not expanded. */
final class FormulaLength {

  private static final int LARGEST = 1_000_000;

  private final IntFunction<Node> graph;
  private final Map<Integer, Integer> known = new HashMap<>();

  FormulaLength(IntFunction<Node> graph) {
    this.graph = graph;
  }

  void named(int node) {
    known.put(node, 1);
  }

  /** Returns the length of the definition of a node, even if it has a name. */
  int of(int id) {
    Node node = graph.apply(id);
    int size = own(node);
    for (View operand : node.operands()) {
      Integer inner = known.get(operand.node());
      if (inner == null) {
        inner = of(operand.node());
        known.put(operand.node(), inner);
      }
      size = Math.min(LARGEST, size + inner);
    }
    return size;
  }

  private static int own(Node node) {
    if (node instanceof Node.Leaf || node instanceof Node.Apply) {
      return 1;
    }
    if (node instanceof Node.Sum sum) {
      long numbers = sum.terms().stream().filter(term -> term.coefficient().numerator().abs().bitLength() > 1
          || !term.coefficient().isInteger()).count();
      return 2 * (int) numbers + (sum.constant().isZero() ? 0 : 1);
    }
    return node instanceof Node.Power power && !power.exponent().negate().isOne() ? 1 : 0;
  }
}
