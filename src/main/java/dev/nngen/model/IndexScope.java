package dev.nngen.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The indices that an expression can use, and known bounds of them.
 *
 * @param frame for names that are not indices
 * @param conditions nonnegative expressions, from the conditions of enclosing reductions
 */
record IndexScope(Frame frame, Map<String, Index> indices, List<IndexForm> conditions) {

  static IndexScope of(Frame frame) {
    return new IndexScope(frame, Map.of(), List.of()).with(frame.blocks.stream().map(block -> block.index).toList());
  }

  Optional<Index> index(String name) {
    return Optional.ofNullable(indices.get(name));
  }

  /** Whether a name that is not an index is bound here. */
  boolean isBound(String name) {
    return frame.bindings.get(name) instanceof Binding.Bound || frame.file.size(name).isPresent();
  }

  IndexScope with(List<Index> more) {
    Map<String, Index> all = new LinkedHashMap<>(indices);
    more.forEach(index -> all.put(index.name, index));
    return new IndexScope(frame, all, conditions);
  }

  IndexScope given(List<IndexForm> more) {
    List<IndexForm> all = new ArrayList<>(conditions);
    all.addAll(more);
    return new IndexScope(frame, indices, all);
  }

  /** Whether the expression is never negative: by the ranges of its indices, or by adding one or two of the conditions. */
  boolean isNotNegative(IndexForm form) {
    return form.least().isNeverNegative() || conditions.stream().anyMatch(one -> form.plus(one, -1).least().isNeverNegative()
        || conditions.stream().anyMatch(other -> form.plus(one, -1).plus(other, -1).least().isNeverNegative()));
  }
}
