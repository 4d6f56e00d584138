package dev.nngen.schedule;

import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;

/** Replaces all occurrences of one part of an expression. */
final class Replacement extends Rewriting {

  private final Scalar part;
  private final Scalar by;

  private Replacement(Scalar part, Scalar by) {
    this.part = part;
    this.by = by;
  }

  static Scalar of(Scalar expression, Scalar part, Scalar by) {
    return new Replacement(part, by).apply(expression);
  }

  @Override
  public Scalar apply(Scalar scalar) {
    return scalar.equals(part) ? by : super.apply(scalar);
  }
}
