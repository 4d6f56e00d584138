package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest;
import dev.nngen.schedule.Instruction.Part;
import dev.nngen.schedule.Instruction.Range;
import java.util.List;
import java.util.Optional;

/**
 * Which part of a nest's loops is run.
 *
 * @param size how many entries a nest runs over that serves matrices of any shape; otherwise it runs over its own axes
 * @param part the part of one loop that a thread runs; empty where it runs all
 * @param blocks the part of the loops that is a block of a product: rows and columns, or one run of consecutive entries; otherwise none
 */
public record Domain(Optional<Variable> size, Optional<Part> part, List<Range> blocks) {

  public static final Domain WHOLE = new Domain(Optional.empty(), Optional.empty(), List.of());

  public Domain {
    blocks = List.copyOf(blocks);
  }

  /** True where one loop over all entries does the work of the nest. */
  boolean isFlat(LoopNest nest) {
    return !nest.axes().isEmpty() && (nest.flat() || size.isPresent());
  }

  /** How long the loop is as a whole. */
  Affine extent(LoopNest nest, int depth) {
    return size.map(Affine::of).orElseGet(() -> Affine.size(isFlat(nest) ? nest.axes() : nest.axes().subList(depth, depth + 1)));
  }

  Bound from(LoopNest nest, int depth) {
    return blocks.isEmpty() ? part.filter(p -> p.loop() == depth).map(p -> bound(p.range().first(), nest)).orElse(Bound.ZERO)
        : Bound.at(Affine.of(blocks.get(depth).first()));
  }

  Bound to(LoopNest nest, int depth) {
    return blocks.isEmpty() ? part.filter(p -> p.loop() == depth).map(p -> bound(p.range().last(), nest)).orElseGet(() -> Bound.at(extent(nest, depth)))
        : Bound.at(Affine.of(blocks.get(depth).last()));
  }

  /** An end of the divided loop; in entries if one loop replaces the nest. */
  private Bound bound(Variable end, LoopNest nest) {
    return Bound.at(isFlat(nest) && size.isEmpty() ? entries(end, nest.axes()) : Affine.of(end));
  }

  /** How many entries so many rows of that shape have. */
  static Affine entries(Variable rows, List<Extent> shape) {
    return Affine.of(rows).times(shape.subList(1, shape.size()));
  }
}
