package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;

/** Whether one value depends on another entry by entry, through nothing that mixes entries. */
final class Entrywise {

  private Entrywise() {}

  /** True where every path from {@code top} down to {@code bottom} keeps each entry in its place. */
  static boolean depends(Graph graph, int top, int bottom) {
    if (!graph.node(top).shape().equals(graph.node(bottom).shape())) {
      return false;
    }
    boolean[] reaches = new boolean[top + 1];
    reaches[bottom] = true;
    for (int id = bottom + 1; id <= top; id++) {
      Node node = graph.node(id);
      for (View operand : node.operands()) {
        reaches[id] |= operand.node() < id && reaches[operand.node()];
      }
    }
    return reaches[top] && keepsPlaces(graph, top, bottom, reaches, new boolean[top + 1]);
  }

  private static boolean keepsPlaces(Graph graph, int id, int bottom, boolean[] reaches, boolean[] seen) {
    if (id == bottom || seen[id]) {
      return true;
    }
    seen[id] = true;
    Node node = graph.node(id);
    if (node.loops().size() > node.rank()) {
      return false;
    }
    for (View operand : node.operands()) {
      if (reaches[operand.node()]
          && !(operand.isIdentity(node.rank()) && keepsPlaces(graph, operand.node(), bottom, reaches, seen))) {
        return false;
      }
    }
    return true;
  }
}
