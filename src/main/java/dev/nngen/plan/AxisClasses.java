package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import java.util.stream.IntStream;

/**
 * Classes of corresponding loops of a graph's nodes and axes of their values: those that address the same axis of an operand, also at {@code t - 1} or
 * {@code t + i}. If corresponding axes have the same place in memory, nothing is transposed.
 */
final class AxisClasses {

  private final Graph graph;
  /** Number of each node's first loop among all loops of the graph. */
  private final int[] first;
  /** Union-find parents: each loop of the graph maps to a corresponding loop or to itself. */
  private final int[] same;

  private AxisClasses(Graph graph) {
    this.graph = graph;
    this.first = new int[graph.size() + 1];
    for (int id = 0; id < graph.size(); id++) {
      first[id + 1] = first[id] + graph.node(id).loops().size();
    }
    this.same = IntStream.range(0, first[graph.size()]).toArray();
  }

  /** Finds the classes of a graph. */
  static AxisClasses of(Graph graph) {
    AxisClasses classes = new AxisClasses(graph);
    classes.connect();
    return classes;
  }

  /** Returns the number of the class of a loop. */
  int of(int node, int loop) {
    return find(first[node] + loop);
  }

  private void connect() {
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      for (View operand : node.operands()) {
        for (int k = 0; k < operand.axes().size(); k++) {
          if (operand.axes().get(k) != View.COMPUTED) {
            connect(operand.node(), k, id, operand.axes().get(k));
          }
        }
      }
      if (node instanceof Node.Window window) {
        connect(id, window);
      } else if (node instanceof Node.Leaf leaf) {
        connect(id, leaf);
      }
    }
  }

  /** Connects the axes of a carried leaf with those of its definition. */
  private void connect(int id, Node.Leaf leaf) {
    graph.definition(leaf).ifPresent(value -> {
      for (int k = 0; k < leaf.rank(); k++) {
        connect(id, k, value.node(), value.axes().get(k));
      }
    });
  }

  /** Connects an axis that is read at {@code t - 1} or {@code t + i} with that of t. */
  private void connect(int id, Node.Window window) {
    for (int k = 0; k < window.positions().size(); k++) {
      if (window.positions().get(k) instanceof Node.Window.At at && at.number().divisor() == 1 && at.number().modulus() == 0) {
        for (Relation.Term term : at.number().value().terms()) {
          if (term.coefficient() == 1 && window.shape().get(term.axis()).equals(graph.node(window.source()).shape().get(k))) {
            connect(window.source(), k, id, term.axis());
          }
        }
      }
    }
  }

  private void connect(int node, int axis, int other, int loop) {
    same[of(node, axis)] = of(other, loop);
  }

  private int find(int loop) {
    int found = loop;
    while (same[found] != found) {
      same[found] = same[same[found]];
      found = same[found];
    }
    return found;
  }
}
