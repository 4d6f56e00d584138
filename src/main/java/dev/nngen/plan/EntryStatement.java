package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.View;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The computation of one stored value from other stored values.
 *
 * @param node the value
 * @param positions the position in the nest of each loop axis of the node; -1, -2, ... if data give the subscript
 * @param extents lengths of these loops
 * @param needs the entry points that need the value
 * @param owner the parameter whose update this belongs to; empty if there is none
 * @param uses the values that are read, seen from the node's loop axes
 * @param size size of the code, in operations
 * @param isReduction whether the value is complete only after the loops
 * @param isContraction whether the value is a sum of products of two matrices' entries, whose loops can become a product of matrices
 * @param recurrence the recurrence whose loop over steps is the outermost loop; -1 if there is none
 * @param product the product of matrices that computes the value, if any
 */
record EntryStatement(int node, List<Integer> positions, List<Extent> extents, Set<EntryPoint> needs, String owner, List<View> uses,
    int size, boolean isReduction, boolean isContraction, int recurrence, Optional<ProductMatch> product) {

  /** The properties that statements of one nest share. */
  record Space(List<Extent> extents, Set<EntryPoint> needs, String owner, int recurrence) {}

  /** Returns whether the statement is or may become a product of matrices, so that no other statement joins its group. */
  boolean isAlone() {
    return product.isPresent() || isContraction;
  }

  Space space() {
    return new Space(extents, needs, owner, recurrence);
  }
}
