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
 * A product in which two matrices or vectors meet along their summed axes, and scalars scale the result:
 * {@code scale * sum_k left[i, k] right[k, j]}. Each of i, j and k may be several axes.
 *
 * @param scalars the factors of rank zero
 */
record Contraction(List<View> scalars, View left, View right) {

  /**
   * The product seen as a contraction; empty where it is none, and where the result is a single number. A window with more entries than its source is
   * no factor: it would take the memory to write each of them several times.
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

  /** True of a value that is not larger if it is stored than what it is read from. */
  static boolean isInMemory(Node node, IntFunction<Node> nodes) {
    return node instanceof Node.Window window ? size(window.shape()) <= size(nodes.apply(window.source()).shape())
        : !node.isPositionalLeaf();
  }

  private static long size(List<Extent> shape) {
    return shape.stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** True where both name the summed axes, no axis twice, and every kept axis belongs to exactly one of them. */
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
