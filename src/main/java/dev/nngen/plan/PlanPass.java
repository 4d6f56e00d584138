package dev.nngen.plan;

/** A rewriting of plans that preserves the values they compute. */
@FunctionalInterface
public interface PlanPass {

  /** Returns the rewritten plan. */
  Plan run(Plan plan);
}
