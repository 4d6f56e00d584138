package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Loop;
import java.util.List;
import java.util.stream.Stream;

/** The loops of a product that run inside a call, and the loops that stay around it, such as one over the steps of a recurrence. */
record CallNest(ProductNest nest, List<Loop> inside, List<Loop> loops) {

  /** Minimum number of multiplications of a call, at the assumed sizes. */
  private static final double LEAST_WORK = 8_192;
  private static final double SUPPOSED = 32;
  private static final double LEAST_SIDE = 4;

  static CallNest of(ProductNest nest, List<Loop> inside) {
    return new CallNest(nest, inside, nest.loops().stream().filter(loop -> !inside.contains(loop)).toList());
  }

  /** Whether the bounds of the loop do not depend on other loops and have no limits. */
  static boolean isPlain(Loop loop) {
    return loop.step() == 1 && Stream.of(loop.from(), loop.to()).allMatch(bound -> bound.limits().isEmpty() && bound.rounding() == Bound.Rounding.NONE);
  }

  /** Returns the number of iterations of a plain loop. */
  static Affine length(Loop loop) {
    return loop.isWhole() ? loop.extent() : loop.to().at().minus(loop.from().at());
  }

  /** Returns an estimate of the loops' iterations, assuming full ranges. It must not affect the results. */
  static double supposed(List<Loop> loops) {
    return loops.stream().mapToDouble(loop -> supposed(loop.extent())).reduce(1, (a, b) -> a * b);
  }

  static double supposed(Affine size) {
    return size.supposed(SUPPOSED);
  }

  /** Whether the call computes the same result faster, given the loops of each of its sides. */
  boolean isProfitable(List<List<Loop>> sides) {
    return sides.stream().allMatch(side -> supposed(side) >= LEAST_SIDE) && supposed(inside) >= LEAST_WORK && isComplete() && isIndependent();
  }

  /** Whether a call computes all terms of each sum, or adds to the sum. */
  private boolean isComplete() {
    return nest.accumulates() || loops.stream().noneMatch(loop -> nest.to().offset().stride(loop.counter()).equals(Affine.ZERO));
  }

  /** Whether the outer loops do not depend on counters of the inner ones, and the inner loops run completely in each outer iteration. */
  boolean isIndependent() {
    return inside.stream().allMatch(loop -> loops.stream().noneMatch(other -> bounds(other).anyMatch(number -> number.dependsOn(loop.counter())))
        && inside.stream().noneMatch(other -> bounds(loop).anyMatch(number -> number.dependsOn(other.counter()))));
  }

  private static Stream<Affine> bounds(Loop loop) {
    return Stream.of(loop.from(), loop.to()).flatMap(bound -> Stream.concat(Stream.of(bound.at()), bound.limits().stream().map(Bound.Quotient::value)));
  }

  /** Returns the entry at which the inner loops begin. */
  Entry first(Entry entry) {
    return new Entry(entry.tensor(), entry.offset().replace(variable -> inside.stream().filter(loop -> loop.counter().equals(variable)).findFirst().map(loop -> loop.from().at())));
  }

  /** Returns the outer loops around the call. */
  Instruction with(Instruction call) {
    return Loop.around(loops, call);
  }
}
