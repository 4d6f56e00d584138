package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides whether for all points of the free axes some point of the summed axes satisfies relations. Example: with {@code s <= r}, position r always
 * has the point {@code s = r}.
 */
record Witnesses(List<Extent> loops) {

  /** A relation over the axes of a loop nest. */
  record Condition(Relation.Kind kind, Affine affine) {

    Condition at(int axis, Affine value) {
      return new Condition(kind, affine.replace(axis, value));
    }

    boolean holds(List<Extent> loops) {
      return kind == Relation.Kind.ZERO ? affine.terms().isEmpty() && affine.constant().isZero() : affine.isNeverNegative(loops);
    }
  }

  /** Tries for each axis from {@code axis} on its ends and the boundaries of relations. False if none of these points satisfies all relations. */
  boolean exist(List<Condition> conditions, int axis) {
    if (axis == loops.size()) {
      return conditions.stream().allMatch(condition -> condition.holds(loops));
    }
    Offset last = Offset.last(loops.get(axis));
    Stream<Affine> boundaries = conditions.stream().map(Condition::affine).filter(affine -> Math.abs(affine.coefficient(axis)) == 1)
        .map(affine -> affine.replace(axis, Affine.constant(0)).times(-affine.coefficient(axis)))
        .filter(place -> place.isNeverNegative(loops) && Affine.constant(last).minus(place).isNeverNegative(loops));
    return Stream.concat(Stream.of(Affine.constant(0), Affine.constant(last)), boundaries)
        .anyMatch(place -> exist(conditions.stream().map(condition -> condition.at(axis, place)).toList(), axis + 1));
  }
}
