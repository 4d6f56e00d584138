package dev.nngen.explain;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Decides whether one value depends on another entry by entry. */
final class EntrywiseDependence {

  private final Graph graph;
  private final int bottom;
  private final boolean[] reaches;
  private final Map<Integer, List<Integer>> wiring = new HashMap<>();

  private EntrywiseDependence(Graph graph, int top, int bottom) {
    this.graph = graph;
    this.bottom = bottom;
    this.reaches = new boolean[top + 1];
    reaches[bottom] = true;
    for (int id = bottom + 1; id <= top; id++) {
      for (View operand : graph.node(id).isStop() ? List.<View>of() : graph.node(id).operands()) {
        reaches[id] |= operand.node() < id && reaches[operand.node()];
      }
    }
  }

  /** True if every path from {@code top} down to {@code bottom} keeps each entry in its place, of both as matrices. */
  static boolean depends(Graph graph, Graph.Value top, Graph.Value bottom) {
    if (top.node() < bottom.node()) {
      return false; // A carried leaf reads another index.
    }
    EntrywiseDependence search = new EntrywiseDependence(graph, top.node(), bottom.node());
    int rank = graph.node(top.node()).rank();
    if (!search.reaches[top.node()] || graph.node(bottom.node()).rank() != rank) {
      return false;
    }
    List<Integer> straight = IntStream.range(0, rank).boxed().toList();
    return search.keepsPlaces(top.node(), straight) && search.wiring.get(bottom.node()).equals(places(top, bottom, rank))
        && sizes(graph, top).equals(sizes(graph, bottom));
  }

  /** Returns for each axis of the bottom the axis of the top at the same position. */
  private static List<Integer> places(Graph.Value top, Graph.Value bottom, int rank) {
    return IntStream.range(0, rank).mapToObj(axis -> bottom.counterpart(axis, top)).toList();
  }

  private static List<String> sizes(Graph graph, Graph.Value value) {
    List<Extent> shape = graph.node(value.node()).shape();
    return value.allAxes().stream()
        .map(axis -> axis == Graph.Value.NONE ? "1" : shape.get(axis).toString()).toList();
  }

  /**
   * @param axes for each axis of the node the corresponding axis of the top, the same on every path
   */
  private boolean keepsPlaces(int id, List<Integer> axes) {
    List<Integer> before = wiring.putIfAbsent(id, axes);
    if (before != null || id == bottom) {
      return before == null || before.equals(axes);
    }
    Node node = graph.node(id);
    if (node.loops().size() > node.rank()) {
      return false;
    }
    for (View operand : node.operands()) {
      if (reaches[operand.node()] && !(Set.copyOf(operand.axes()).size() == node.rank()
          && keepsPlaces(operand.node(), operand.axes().stream().map(axes::get).toList()))) {
        return false;
      }
    }
    return true;
  }
}
