package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.View;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The computation of one value that is kept, from others that are kept.
 *
 * @param node the value
 * @param positions for each loop axis of the node, its position in the nest; -1, -2, ... where data give the subscript
 * @param extents how long these loops run
 * @param needs the entry points that want the value
 * @param owner the parameter whose update this belongs to; empty where there is none
 * @param uses the values that are read, seen from the node's loop axes
 * @param size how much code it is, in operations
 * @param isReduction true where the value is not known before the loops have ended
 * @param recurrence the recurrence of which this is a part of each step, whose loop is the outermost; -1 for none
 * @param product set where a product of matrices does it all
 */
record EntryStatement(int node, List<Integer> positions, List<Extent> extents, Set<Program> needs, String owner, List<View> uses,
    int size, boolean isReduction, int recurrence, Optional<ProductMatch> product) {

  /** What two statements must share to run in one nest. */
  record Space(List<Extent> extents, Set<Program> needs, String owner, int recurrence) {}

  Space space() {
    return new Space(extents, needs, owner, recurrence);
  }
}
