package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.List;

/**
 * Nests that run in sequence for each step of a recurrence. Their outermost loop is the sequence's own; later nests read what a step computes.
 *
 * @param steps the number of steps
 * @param backward whether the last step runs first
 */
public record Sequence(Extent steps, boolean backward, List<LoopNest> nests) implements Step {

  public Sequence {
    nests = List.copyOf(nests);
  }
}
