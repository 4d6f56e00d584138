package dev.nngen.schedule;

import dev.nngen.plan.Scalar;

/** A whole number that the program's counters give, as a number to compute with. */
public record Count(Affine number) implements Scalar.Count {}
