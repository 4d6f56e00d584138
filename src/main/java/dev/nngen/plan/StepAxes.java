package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.HashSet;
import java.util.Set;

/**
 * The axes along which recurrences run. If they are first in memory, the values of one step are contiguous: {@code Z[g, t, m]} is stored as {@code [t, g, m]}.
 * Otherwise the rows of a step's matrix have a stride of as many entries as a row has in all steps. That is often a page of memory or more, and rows whose
 * stride is a multiple of the page size map to a few sets of the cache. Corresponding axes of other values move with them. A product over all steps, such as
 * the gradient of a weight, is not a product of two matrices then: it has several axes of terms.
 */
final class StepAxes {

  private final AxisClasses classes;
  private final Set<Integer> steps = new HashSet<>();

  StepAxes(Graph graph, AxisClasses classes) {
    this.classes = classes;
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.isCarried()) {
        steps.add(classes.of(id, leaf.steps()));
      }
    }
  }

  /** Returns the classes of these axes. */
  Set<Integer> classes() {
    return steps;
  }

  /** Returns whether a recurrence runs along a loop of the node or an axis of its value. */
  boolean contains(int node, int loop) {
    return steps.contains(classes.of(node, loop));
  }
}
