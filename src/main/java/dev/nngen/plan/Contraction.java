package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * A product of two matrices or vectors, summed over their common axes and scaled by scalars: {@code scale * sum_k left[i, k] right[k, j]}. Each of i,
 * j and k may be several axes.
 *
 * @param scalars the factors of rank zero
 */
record Contraction(List<View> scalars, View left, View right) {

  /**
   * Returns the product as a contraction; empty if it is not one or if the result is a single number. A window with more entries than its source does
   * not count as a factor, because each entry would be stored several times.
   */
  static Optional<Contraction> of(Node node, IntFunction<Node> nodes) {
    if (!(node instanceof Node.Product product) || !product.isSumming() || product.rank() == 0) {
      return Optional.empty();
    }
    List<View> scalars = new ArrayList<>();
    List<View> matrices = new ArrayList<>();
    for (View factor : product.factors()) {
      (factor.axes().isEmpty() ? scalars : matrices).add(factor);
    }
    boolean meets = matrices.size() == 2 && matrices.stream().allMatch(view -> isInMemory(nodes.apply(view.node()), nodes))
        && areLinked(matrices.get(0), matrices.get(1), product);
    return meets ? Optional.of(new Contraction(scalars, matrices.get(0), matrices.get(1))) : Optional.empty();
  }

  /** Whether storing the value takes no more memory than its source. */
  static boolean isInMemory(Node node, IntFunction<Node> nodes) {
    return node instanceof Node.Window window ? size(window.shape()) <= size(nodes.apply(window.source()).shape())
        : !node.isPositionalLeaf();
  }

  private static long size(List<Extent> shape) {
    return shape.stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** Whether both factors have the summed axes, no axis occurs twice, and every free axis belongs to exactly one factor. */
  private static boolean areLinked(View left, View right, Node.Product product) {
    Set<Integer> a = Set.copyOf(left.axes());
    Set<Integer> b = Set.copyOf(right.axes());
    boolean distinct = a.size() == left.axes().size() && b.size() == right.axes().size();
    for (int axis = 0; axis < product.rank(); axis++) {
      distinct &= a.contains(axis) != b.contains(axis);
    }
    for (int axis = product.rank(); axis < product.loops().size(); axis++) {
      distinct &= a.contains(axis) && b.contains(axis);
    }
    return distinct;
  }
}
