package dev.nngen.plan;

import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A product in which two matrices or vectors meet along one summed axis, and scalars scale the result:
 * {@code scale * sum_k left[i, k] right[k, j]}.
 *
 * @param scalars the factors of rank zero
 * @param summed the loop axis k
 */
record Contraction(List<View> scalars, View left, View right, int summed) {

  /** The product seen as a contraction; empty where it is none, and where the result is a single number. */
  static Optional<Contraction> of(Node node) {
    if (!(node instanceof Node.Product product) || product.loops().size() != product.rank() + 1
        || product.rank() == 0 || product.rank() > 2) {
      return Optional.empty();
    }
    List<View> scalars = new ArrayList<>();
    List<View> matrices = new ArrayList<>();
    for (View factor : product.factors()) {
      (factor.axes().isEmpty() ? scalars : matrices).add(factor);
    }
    int summed = product.rank();
    boolean meets = matrices.size() == 2 && areLinked(matrices.get(0), matrices.get(1), product.rank(), summed);
    return meets ? Optional.of(new Contraction(scalars, matrices.get(0), matrices.get(1), summed)) : Optional.empty();
  }

  /** True where both name the summed axis, no axis twice, and every kept axis belongs to exactly one of them. */
  private static boolean areLinked(View left, View right, int rank, int summed) {
    Set<Integer> a = Set.copyOf(left.axes());
    Set<Integer> b = Set.copyOf(right.axes());
    boolean distinct = a.size() == left.axes().size() && b.size() == right.axes().size();
    boolean atMostMatrices = a.size() <= 2 && b.size() <= 2;
    for (int axis = 0; axis < rank; axis++) {
      distinct &= a.contains(axis) != b.contains(axis);
    }
    return distinct && atMostMatrices && a.contains(summed) && b.contains(summed);
  }
}
