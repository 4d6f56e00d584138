package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Loop;
import java.util.List;
import java.util.stream.Stream;

/** The loops of a product that run inside of a call, and those that stay around it, such as one over the steps of a recurrence. */
record Around(ProductNest nest, List<Loop> inside, List<Loop> loops) {

  /** How many multiplications a call is worth, with so many samples as are supposed. */
  private static final double LEAST_WORK = 8_192;
  private static final double SUPPOSED = 32;
  private static final double LEAST_SIDE = 4;

  static Around of(ProductNest nest, List<Loop> inside) {
    return new Around(nest, inside, nest.loops().stream().filter(loop -> !inside.contains(loop)).toList());
  }

  /** True of a loop whose counter goes from one number to another that no other loop has a say in. */
  static boolean isPlain(Loop loop) {
    return loop.step() == 1 && Stream.of(loop.from(), loop.to()).allMatch(bound -> bound.limits().isEmpty() && bound.rounding() == Bound.Rounding.NONE);
  }

  /** How many iterations a plain loop has. */
  static Affine length(Loop loop) {
    return loop.isWhole() ? loop.extent() : loop.to().at().minus(loop.from().at());
  }

  /** How many iterations loops have if nothing is left out of them, which must not decide what is computed. */
  static double supposed(List<Loop> loops) {
    return loops.stream().mapToDouble(loop -> supposed(loop.extent())).reduce(1, (a, b) -> a * b);
  }

  static double supposed(Affine size) {
    return size.supposed(SUPPOSED);
  }

  /** Whether the call computes the same, and faster, given the loops of each of its sides. */
  boolean pays(List<List<Loop>> sides) {
    return sides.stream().allMatch(side -> supposed(side) >= LEAST_SIDE) && supposed(inside) >= LEAST_WORK && isComplete() && isIndependent();
  }

  /** Whether each sum has all of its terms in one call, or is added up. */
  private boolean isComplete() {
    return nest.accumulates() || loops.stream().noneMatch(loop -> nest.to().offset().stride(loop.counter()).equals(Affine.ZERO));
  }

  /** Whether the loops around can run without the counters of those inside, and these all in each of their iterations. */
  private boolean isIndependent() {
    return inside.stream().allMatch(loop -> loops.stream().noneMatch(other -> bounds(other).anyMatch(number -> number.dependsOn(loop.counter())))
        && inside.stream().noneMatch(other -> bounds(loop).anyMatch(number -> number.dependsOn(other.counter()))));
  }

  private static Stream<Affine> bounds(Loop loop) {
    return Stream.of(loop.from(), loop.to()).flatMap(bound -> Stream.concat(Stream.of(bound.at()), bound.limits().stream().map(Bound.Quotient::value)));
  }

  /** The entry where the loops inside begin. */
  Entry first(Entry entry) {
    return new Entry(entry.tensor(), entry.offset().replace(variable -> inside.stream().filter(loop -> loop.counter().equals(variable)).findFirst().map(loop -> loop.from().at())));
  }

  /** The loops around the call. */
  Instruction with(Instruction call) {
    Instruction code = call;
    for (int k = loops.size() - 1; k >= 0; k--) {
      code = loops.get(k).with(List.of(code));
    }
    return code;
  }
}
