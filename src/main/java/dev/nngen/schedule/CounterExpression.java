package dev.nngen.schedule;

import dev.nngen.plan.Scalar;

/** An integer computed from the program's counters, as an operand. */
public record CounterExpression(Affine number) implements Scalar.Count {}
