package dev.nngen.plan;

/** A rewriting of plans that changes how something is computed, not what. */
@FunctionalInterface
public interface PlanPass {

  /** The plan rewritten. */
  Plan run(Plan plan);
}
