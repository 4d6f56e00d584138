package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest;
import dev.nngen.schedule.Instruction.Part;
import dev.nngen.schedule.Instruction.Range;
import java.util.List;
import java.util.Optional;

/**
 * The part of a nest's loops that is run.
 *
 * @param size the number of entries, for a nest that serves matrices of any shape; empty for a nest that runs over its own axes
 * @param part the part of one loop that a thread runs; empty if it runs all
 * @param blocks the block of a product that the loops cover: rows and columns, or one range of consecutive entries; otherwise none
 */
public record LoopDomain(Optional<Variable> size, Optional<Part> part, List<Range> blocks) {

  public static final LoopDomain WHOLE = new LoopDomain(Optional.empty(), Optional.empty(), List.of());

  public LoopDomain {
    blocks = List.copyOf(blocks);
  }

  /** Whether one loop over all entries replaces the nest. */
  boolean isFlat(LoopNest nest) {
    return !nest.axes().isEmpty() && (nest.flat() && (!blocks.isEmpty() || part.filter(p -> p.loop() > 0).isEmpty()) || size.isPresent());
  }

  /** Returns the full length of the loop. */
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

  /** Returns a bound of the divided loop, in entries if one loop replaces the nest. */
  private Bound bound(Variable end, LoopNest nest) {
    return Bound.at(isFlat(nest) && size.isEmpty() ? entries(end, nest.axes()) : Affine.of(end));
  }

  /** Returns the number of entries of that many rows of the shape. */
  public static Affine entries(Variable rows, List<Extent> shape) {
    return Affine.of(rows).times(shape.subList(1, shape.size()));
  }
}
