package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.List;

/**
 * Nests that run one after the other for each step of a recurrence: their outermost loop is the sequence's own, and what a step computes the steps
 * behind it read.
 *
 * @param steps how many there are
 * @param backward whether the last step comes first
 */
public record Sequence(Extent steps, boolean backward, List<LoopNest> nests) implements Step {

  public Sequence {
    nests = List.copyOf(nests);
  }
}
