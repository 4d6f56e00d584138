package dev.nngen.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A node as an operand: {@code axes.get(k)} is the loop axis of the consumer that addresses axis {@code k} of the node. A loop axis that is not
 * listed broadcasts the operand; one that is listed twice takes its diagonal.
 *
 * @param node the id of the node in its graph
 * @param axes one loop axis per axis of the node
 */
public record View(int node, List<Integer> axes) {

  /** Stands for no single loop axis: a number computed from several axes addresses the node's axis. */
  public static final int COMPUTED = -1;

  public View {
    axes = List.copyOf(axes);
  }

  /** Returns a view of the node with its axes in order: 0, 1, 2, ... */
  public static View identity(int node, int rank) {
    return new View(node, IntStream.range(0, rank).boxed().toList());
  }

  /** Returns this view in an outer loop nest, whose axis {@code outer.get(i)} is axis {@code i} here. */
  public View rewire(List<Integer> outer) {
    List<Integer> wired = new ArrayList<>(axes.size());
    for (int axis : axes) {
      wired.add(axis == COMPUTED ? COMPUTED : outer.get(axis));
    }
    return new View(node, wired);
  }

  /** True if the node's axes are the first {@code rank} loop axes in order. */
  public boolean isIdentity(int rank) {
    if (axes.size() != rank) {
      return false;
    }
    for (int k = 0; k < rank; k++) {
      if (axes.get(k) != k) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "%" + node + axes;
  }
}
